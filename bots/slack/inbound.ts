import { z } from 'zod'
import type { AccountRef, Input, MessageRef } from '../../src/ports/chat.ts'
import type { BotIdentity } from './bot-identity.ts'
import { cleaned, read, slackId, stampOf, timestamp } from './payload-fields.ts'

/** What somebody did, and where the answer to it can be shown. */
export interface Heard {
  readonly sender: AccountRef
  readonly channel: string | undefined
  readonly isSharedOutside: boolean
  readonly input: Input
  readonly place: Place
}

export interface Place {
  readonly kind: 'command' | 'press' | 'submission' | 'reaction'
  readonly user: string
  readonly channel?: string | undefined
  readonly thread?: string | undefined
  readonly responseUrl?: string | undefined
  readonly triggerId?: string | undefined
  /** Of a submitted form: its first input, where an error can be shown. */
  readonly firstField?: string | undefined
}

export interface Reading {
  /** Home workspace `T…`, or enterprise `E…`. */
  readonly team: string
  /** Who we are; throws when Slack cannot be asked. */
  readonly bot: () => Promise<BotIdentity>
}

const command = z.object({
  text: z.string().default(''),
  user_id: slackId,
  team_id: slackId,
  enterprise_id: slackId.optional(),
  channel_id: slackId,
  response_url: z.string().optional(),
  trigger_id: z.string().optional(),
})

export async function readCommand(body: unknown, { team }: Reading): Promise<Heard> {
  const said = read(command, body)
  const { user_id: user, channel_id: channel, response_url: responseUrl, trigger_id: triggerId } = said
  const text = cleaned(said.text).trim()
  return {
    sender: accountOf(user, team.startsWith('E') ? (said.enterprise_id ?? said.team_id) : said.team_id),
    channel,
    isSharedOutside: false,
    input: text === '' ? { kind: 'open_form', form: 'request', message: undefined } : { kind: 'line', text },
    place: { kind: 'command', user, channel, responseUrl, triggerId },
  }
}

const person = z.object({
  user: z.object({ id: slackId, team_id: slackId.nullish() }),
  team: z.object({ id: slackId, enterprise_id: slackId.nullish() }).nullish(),
  enterprise: z.object({ id: slackId }).nullish(),
  trigger_id: z.string().optional(),
})

const press = person.extend({
  api_app_id: z.string().optional(),
  container: z.object({
    type: z.string(),
    channel_id: slackId.optional(),
    message_ts: timestamp.optional(),
    thread_ts: timestamp.optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  message: z
    .object({
      user: z.string().optional(),
      bot_id: z.string().nullish(),
      app_id: z.string().nullish(),
      thread_ts: timestamp.optional(),
    })
    .optional(),
  response_url: z.string().optional(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().optional() })]).rest(z.unknown()),
})

type Press = z.infer<typeof press>

export async function readPress(body: unknown, reading: Reading): Promise<Heard | undefined> {
  const pressed = read(press, body)
  const [{ action_id: action, value: written }] = pressed.actions
  const isForm = action.startsWith('thand:form:')
  if (written === undefined || !(isForm || action.startsWith('thand:line:'))) return undefined
  const value = cleaned(written, 'raw')
  const message = messageOf(pressed)
  const { channel_id: channel, thread_ts: inThread } = pressed.container
  const { user, response_url: responseUrl, trigger_id: triggerId } = pressed
  const isOurs = message !== undefined && (await isByUs(pressed, reading))
  return {
    sender: accountOf(user.id, tenantOf(pressed, reading.team)),
    channel,
    isSharedOutside: false,
    input: isForm ? { kind: 'open_form', form: value, message } : { kind: 'press', line: value, message, isOurs },
    place: {
      kind: 'press',
      user: user.id,
      channel,
      thread: inThread ?? pressed.message?.thread_ts,
      responseUrl,
      triggerId,
    },
  }
}

const typed = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
})

const submission = person.extend({
  view: z.object({
    callback_id: z.string(),
    private_metadata: z.string().default(''),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), typed)) }),
  }),
})

export async function readSubmission(body: unknown, { team }: Reading): Promise<Heard | undefined> {
  const submitted = read(submission, body)
  const { callback_id: callback, private_metadata: about, state } = submitted.view
  const form = /^thand:(request|deny|extend)$/.exec(callback)?.[1]
  if (form !== 'request' && form !== 'deny' && form !== 'extend') return undefined
  const values = Object.entries(state.values).map(([block, elements]) => {
    const [element] = Object.values(elements)
    return [block, cleaned(element?.selected_option?.value ?? element?.value ?? '', 'raw')] as const
  })
  const { user, trigger_id: triggerId } = submitted
  return {
    sender: accountOf(user.id, tenantOf(submitted, team)),
    channel: undefined,
    isSharedOutside: false,
    input: { kind: 'form', form, about, values: Object.fromEntries(values) },
    place: { kind: 'submission', user: user.id, triggerId, firstField: values[0]?.[0] },
  }
}

const reacted = z.object({
  team_id: slackId,
  enterprise_id: slackId.nullish(),
  context_enterprise_id: slackId.nullish(),
  is_ext_shared_channel: z.boolean().optional(),
  event: z.object({
    type: z.enum(['reaction_added', 'reaction_removed']),
    user: slackId,
    user_team: slackId.optional(),
    reaction: z.string(),
    item: z.object({ type: z.string(), channel: slackId.optional(), ts: timestamp.optional() }),
    item_user: z.string().nullish(),
    event_ts: timestamp,
  }),
})

const VOTES: ReadonlyMap<string | undefined, 'yes' | 'no'> = new Map([
  ['white_check_mark', 'yes'],
  ['x', 'no'],
])

export async function readReaction(body: unknown, { team, bot }: Reading): Promise<Heard | undefined> {
  const envelope = read(reacted, body)
  const { type, user, user_team: userTeam, reaction, item, item_user: author, event_ts: at } = envelope.event
  const vote = VOTES.get(reaction.split('::')[0])
  const { channel, ts } = item
  if (vote === undefined || item.type !== 'message' || channel === undefined || ts === undefined) return undefined
  const { userId } = await bot()
  if (user === userId || (author ?? userId) !== userId) return undefined
  const enterprise = envelope.context_enterprise_id ?? envelope.enterprise_id
  const home = team.startsWith('E') ? (enterprise ?? envelope.team_id) : envelope.team_id
  const message = { channel, message: ts }
  return {
    sender: accountOf(user, userTeam === undefined || userTeam === envelope.team_id ? home : userTeam),
    channel,
    isSharedOutside: envelope.is_ext_shared_channel === true,
    input: { kind: 'reaction', vote, isAdded: type === 'reaction_added', message, at: stampOf(at) },
    place: { kind: 'reaction', user, channel },
  }
}

const change = z.object({ event: z.object({ user: z.object({ id: slackId }) }) })

/** Whose account has changed. What the event says of it is not read: the directory is asked. */
export function readChangedAccount(body: unknown): string | undefined {
  return change.safeParse(body).data?.event.user.id
}

function accountOf(account: string, tenant: string): AccountRef {
  return { platform: 'slack', tenant, account }
}

/** The workspace of the person, not of the channel; a workspace of the same enterprise counts as the enterprise. */
function tenantOf(payload: z.infer<typeof person>, team: string): string {
  const here = payload.team?.id
  const own = payload.user.team_id ?? here ?? ''
  if (!team.startsWith('E') || own !== (here ?? own)) return own
  return payload.enterprise?.id ?? payload.team?.enterprise_id ?? own
}

/** A message that only one person sees has no place to come back to. */
function messageOf({ container }: Press): MessageRef | undefined {
  const { type, channel_id: channel, message_ts: message, is_ephemeral: isEphemeral } = container
  if (type !== 'message' || isEphemeral === true || channel === undefined || message === undefined) return undefined
  return { channel, message }
}

/** While we cannot learn who we are, the app that Slack names as the author has to do. */
async function isByUs({ message, api_app_id: app }: Press, { bot }: Reading): Promise<boolean> {
  if (message === undefined) return false
  try {
    const { userId, botId } = await bot()
    return message.user === userId || (botId !== undefined && message.bot_id === botId)
  } catch {
    return app !== undefined && message.app_id === app
  }
}
