import { z } from 'zod'
import type { MessageRef } from '../../src/ports/chat.ts'
import { accountOf, actor, envelope, type Heard, type Reading, tenantOf, tenantOfEvent } from './heard.ts'
import { cleaned, read, slackId, stampOf, timestamp } from './payload-fields.ts'

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

const press = actor.extend({
  api_app_id: z.string().optional(),
  container: z.object({
    type: z.string(),
    channel_id: slackId.optional(),
    message_ts: timestamp.optional(),
    thread_ts: timestamp.optional(),
    is_ephemeral: z.boolean().optional(),
    view_id: slackId.optional(),
  }),
  view: z.object({ type: z.string() }).optional(),
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
      modal: pressed.view?.type === 'modal' ? pressed.container.view_id : undefined,
    },
  }
}

const typed = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
})

const submission = actor.extend({
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

const reacted = envelope.extend({
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
  const told = read(reacted, body)
  const { type, user, user_team: userTeam, reaction, item, item_user: author, event_ts: at } = told.event
  const vote = VOTES.get(reaction.split('::')[0])
  const { channel, ts } = item
  if (vote === undefined || item.type !== 'message' || channel === undefined || ts === undefined) return undefined
  const { userId } = await bot()
  if (user === userId || (author ?? userId) !== userId) return undefined
  const message = { channel, message: ts }
  return {
    sender: accountOf(user, tenantOfEvent(told, team, userTeam)),
    channel,
    isSharedOutside: told.is_ext_shared_channel === true,
    input: { kind: 'reaction', vote, isAdded: type === 'reaction_added', message, at: stampOf(at) },
    place: { kind: 'reaction', user, channel },
  }
}

const change = z.object({ event: z.object({ user: z.object({ id: slackId }) }) })

/** Whose account has changed. What the event says of it is not read: the directory is asked. */
export function readChangedAccount(body: unknown): string | undefined {
  return change.safeParse(body).data?.event.user.id
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
