/** How Slack reaches the app: at an https address, or over connections that the app opens. */
export type Reached = { readonly by: 'http'; readonly url: string } | { readonly by: 'socket' }

/** `manifest.yaml` as Slack takes it under *Create an app from a manifest*. */
export function slackManifest(reached: Reached): string {
  const way = reached.by === 'http' ? atAddress(endpointOf(reached.url)) : OVER_SOCKETS
  return TEMPLATE.replaceAll(/ *\{\{(\w+)\}\}\n/g, (_hole, name: keyof Way) => way[name]).replace(
    'socket_mode_enabled: false',
    `socket_mode_enabled: ${reached.by === 'socket'}`,
  )
}

function endpointOf(url: string): string {
  const base = URL.canParse(url) ? new URL(url) : undefined
  if (base?.protocol !== 'https:') throw new Error('Slack calls https addresses only')
  return `${base.origin}${base.pathname.replace(/\/+$/, '')}/slack/events`
}

interface Way {
  readonly command: string
  readonly events: string
  readonly interactivity: string
}

function atAddress(endpoint: string): Way {
  const address = JSON.stringify(endpoint)
  return {
    command: `      url: ${address}\n`,
    events: `    request_url: ${address}\n`,
    interactivity: `    request_url: ${address}\n    message_menu_options_url: ${address}\n`,
  }
}

const OVER_SOCKETS: Way = { command: '', events: '', interactivity: '' }

// The least that this version answers. A static bot token would die after 12 hours with rotation on.
const TEMPLATE = `_metadata:
  major_version: 2
  minor_version: 1
display_information:
  name: Thand
  description: Just-in-time access, asked for and decided in Slack
  background_color: "#1f2937"
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: Thand
    always_online: true
  shortcuts:
    - name: Request access
      type: global
      callback_id: "thand:request"
      description: Ask for access for a while
  slash_commands:
    - command: /thand
      {{command}}
      description: Ask for, decide and end temporary access
      usage_hint: "request github:org-admin 30m [reason] · mine · end · help"
      should_escape: true
oauth_config:
  scopes:
    bot:
      - app_mentions:read
      - channels:read
      - chat:write
      - commands
      - groups:read
      - im:history
      - im:write
      - reactions:read
      - users:read
      - users:read.email
settings:
  event_subscriptions:
    {{events}}
    bot_events:
      - app_home_opened
      - app_mention
      - message.im
      - reaction_added
      - reaction_removed
      - user_change
  interactivity:
    is_enabled: true
    {{interactivity}}
  org_deploy_enabled: false
  socket_mode_enabled: false
  token_rotation_enabled: false
`
