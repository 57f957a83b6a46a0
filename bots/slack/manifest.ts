/** `manifest.yaml` for the server at `url`, as Slack takes it under *Create an app from a manifest*. */
export function slackManifest(url: string): string {
  const base = URL.canParse(url) ? new URL(url) : undefined
  if (base?.protocol !== 'https:') throw new Error('Slack calls https addresses only')
  const endpoint = `${base.origin}${base.pathname.replace(/\/+$/, '')}/slack/events`
  return TEMPLATE.replaceAll('{{endpoint}}', JSON.stringify(endpoint))
}

// The least that this version answers. A static bot token would die after 12 hours with rotation on.
const TEMPLATE = `_metadata:
  major_version: 2
  minor_version: 1
display_information:
  name: Thand
  description: Just-in-time access, asked for and decided in Slack
  background_color: "#1f2937"
features:
  bot_user:
    display_name: Thand
    always_online: true
  app_home:
    home_tab_enabled: false
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  slash_commands:
    - command: /thand
      url: {{endpoint}}
      description: Ask for, decide and end temporary access
      usage_hint: "request github:org-admin 30m [reason] · mine · end · help"
      should_escape: true
oauth_config:
  scopes:
    bot:
      - commands
      - chat:write
      - im:write
      - reactions:read
      - users:read
      - users:read.email
      - channels:read
      - groups:read
settings:
  event_subscriptions:
    request_url: {{endpoint}}
    bot_events:
      - reaction_added
      - reaction_removed
      - user_change
  interactivity:
    is_enabled: true
    request_url: {{endpoint}}
  org_deploy_enabled: false
  socket_mode_enabled: false
  token_rotation_enabled: false
`
