import { randomUUID } from 'node:crypto'
import { isRecord, type JsonRecord, recordOf, recordsOf, stringOf } from './json.ts'
import type { Pressable, SlackButton } from './reading.ts'
import type { SlackEphemeral, SlackView, SlackWorkspace } from './workspace.ts'

/**
 * Payloads as Slack sends them. To compare with: `json-logs/samples` of https://github.com/slackapi/java-slack-sdk
 * and the scenario tests of https://github.com/slackapi/bolt-python
 */
export type Occasion = {
  readonly workspace: SlackWorkspace
  readonly user: string
  readonly team: string
  readonly responseUrl: string
}

const APP = 'A0THAND'

export function commandForm(occasion: Occasion, command: string, text: string, channel: string): string {
  const { workspace, user, team, responseUrl } = occasion
  return new URLSearchParams({
    token: 'legacy',
    team_id: team,
    team_domain: 'acme',
    channel_id: channel,
    channel_name: channel.startsWith('D') ? 'directmessage' : workspace.channel(channel).name,
    user_id: user,
    user_name: userName(workspace, user),
    command,
    text,
    api_app_id: APP,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: workspace.issueTrigger(user),
  }).toString()
}

export function pressPayload(occasion: Occasion, target: Pressable, button: SlackButton, channel?: string): JsonRecord {
  const { workspace, responseUrl } = occasion
  const { label, actionId, blockId, value } = button
  const action = {
    type: 'button',
    action_id: actionId,
    block_id: blockId,
    text: { type: 'plain_text', text: label, emoji: true },
    ...(value === undefined ? {} : { value }),
    ...(button.style === undefined ? {} : { style: button.style }),
    action_ts: workspace.mintTs(),
  }
  const common = {
    ...envelope('block_actions', occasion),
    trigger_id: workspace.issueTrigger(occasion.user),
    actions: [action],
  }
  if ('view' in target)
    return {
      ...common,
      container: { type: 'view', view_id: target.id },
      view: viewPayload(workspace, target),
      state: { values: {} },
    }
  const place = channel ?? target.channel
  const isEphemeral = !('history' in target)
  const { threadTs } = target
  const container = {
    type: 'message',
    message_ts: target.ts,
    channel_id: place,
    is_ephemeral: isEphemeral,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  }
  return {
    ...common,
    container,
    channel: { id: place, name: place.startsWith('D') ? 'directmessage' : workspace.channel(place).name },
    ...(isEphemeral ? {} : { message: messagePayload(workspace, target) }),
    state: { values: {} },
    response_url: responseUrl,
  }
}

/** `values`: what was typed or chosen, by block id; a record stands for the block's whole state. */
export function submissionPayload(
  occasion: Occasion,
  view: SlackView,
  values: Readonly<Record<string, string | JsonRecord>>,
): JsonRecord {
  const { workspace } = occasion
  const inputs = recordsOf(view.view['blocks']).filter(({ type }) => type === 'input')
  const unknown = Object.keys(values).filter((id) => !inputs.some(({ block_id }) => block_id === id))
  if (unknown.length > 0) throw new Error(`the view has no input ${unknown.join(', ')}`)
  const state = inputs.map((block) => {
    const id = stringOf(block['block_id'])
    return [id, stateOf(recordOf(block['element']), values[id])]
  })
  return {
    ...envelope('view_submission', occasion),
    trigger_id: workspace.issueTrigger(occasion.user),
    view: viewPayload(workspace, view, Object.fromEntries(state)),
    response_urls: [],
  }
}

export function eventPayload(workspace: SlackWorkspace, team: string, event: JsonRecord, eventId: string): JsonRecord {
  const channel = stringOf(event['channel'] ?? recordOf(event['item'])['channel'])
  return {
    token: 'legacy',
    team_id: team,
    context_team_id: team,
    context_enterprise_id: null,
    api_app_id: APP,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(workspace.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team,
        user_id: workspace.botUser,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: workspace.channel(channel).isExtShared,
    event_context: `4-${randomUUID()}`,
  }
}

export function envelope(type: string, { workspace, user, team }: Occasion): JsonRecord {
  const name = userName(workspace, user)
  return {
    type,
    user: { id: user, username: name, name, team_id: workspace.people[user]?.team ?? workspace.team },
    api_app_id: APP,
    token: 'legacy',
    team: { id: team, domain: 'acme' },
    enterprise: null,
    is_enterprise_install: false,
  }
}

function messagePayload(
  workspace: SlackWorkspace,
  { ts, threadTs, text, blocks }: SlackEphemeral | MessageFields,
): JsonRecord {
  return {
    type: 'message',
    user: workspace.botUser,
    bot_id: 'B0THAND',
    app_id: APP,
    team: workspace.team,
    ts,
    text,
    blocks,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  }
}

type MessageFields = Pick<SlackEphemeral, 'ts' | 'text' | 'blocks'> & { readonly threadTs?: string }

export function viewPayload(
  workspace: SlackWorkspace,
  { id, hash, view }: SlackView,
  values: JsonRecord = {},
): JsonRecord {
  return {
    id,
    team_id: workspace.team,
    private_metadata: '',
    callback_id: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
    ...view,
    state: { values },
    hash,
    root_view_id: id,
    previous_view_id: null,
    app_id: APP,
    app_installed_team_id: workspace.team,
    bot_id: 'B0THAND',
  }
}

function stateOf(element: JsonRecord, given: string | JsonRecord | undefined): JsonRecord {
  if (isRecord(given)) return given
  const type = stringOf(element['type'])
  const value = given ?? (typeof element['initial_value'] === 'string' ? element['initial_value'] : null)
  return { [stringOf(element['action_id'])]: { type, ...chosen(element, type, value) } }
}

function chosen(element: JsonRecord, type: string, value: string | null): JsonRecord {
  if (type.endsWith('_input')) return { value }
  if (type === 'users_select') return { selected_user: value }
  if (type === 'conversations_select') return { selected_conversation: value }
  if (type === 'datepicker') return { selected_date: value }
  const groups = recordsOf(element['option_groups']).flatMap((group) => recordsOf(group['options']))
  const option = [...recordsOf(element['options']), ...groups].find((each) => each['value'] === value)
  if (type === 'external_select' && value !== null)
    return { selected_option: { text: { type: 'plain_text', text: value, emoji: true }, value } }
  if (value !== null && !option) throw new Error(`there is no option ${value}`)
  if (type.startsWith('multi_') || type === 'checkboxes') return { selected_options: option ? [option] : [] }
  return { selected_option: option ?? element['initial_option'] ?? null }
}

function userName(workspace: SlackWorkspace, user: string): string {
  return (workspace.people[user]?.name ?? 'somebody').toLowerCase().replaceAll(' ', '.')
}
