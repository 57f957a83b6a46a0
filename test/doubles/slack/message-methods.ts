import { randomUUID } from 'node:crypto'
import { isRecord, type JsonRecord, recordsOf, stringOf } from './json.ts'
import { messageProblems } from './limits.ts'
import { broken, brokenBy, done, type Method, type Outcome, refused } from './outcome.ts'
import type { Problem } from './problem.ts'
import type { SlackMessage, SlackState } from './state.ts'

export const messageMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': { required: ['channel'], run: postMessage },
  'chat.update': { required: ['channel', 'ts'], run: update },
  'chat.postEphemeral': { required: ['channel', 'user'], run: postEphemeral },
  'chat.getPermalink': { required: ['channel', 'message_ts'], run: permalink },
  'conversations.open': { required: ['users'], run: open },
  'conversations.info': { required: ['channel'], run: info },
  'conversations.history': { required: ['channel'], run: history },
  'conversations.replies': { required: ['channel', 'ts'], run: replies },
  'reactions.get': { required: ['channel', 'timestamp'], run: reactions },
}

/** Slack names the blocks that came without a name. */
export function named(blocks: unknown): JsonRecord[] {
  return recordsOf(blocks).map((block) => ({ ...block, block_id: block['block_id'] ?? randomUUID().slice(0, 5) }))
}

/** What is left out stays as it was: https://docs.slack.dev/reference/methods/chat.update */
export function change(message: SlackMessage, args: JsonRecord, state: SlackState): void {
  message.history.push({ text: message.text, blocks: message.blocks })
  if (args['text'] !== undefined) message.text = stringOf(args['text'])
  if (args['blocks'] !== undefined) message.blocks = named(args['blocks'])
  if (isRecord(args['metadata'])) message.metadata = args['metadata']
  state.tell({ kind: 'message', what: 'updated', message })
}

function postMessage(args: JsonRecord, state: SlackState): Outcome {
  const channel = channelFor(state, args['channel'])
  if (!channel) return refused('channel_not_found')
  if (!state.channel(channel).isMember) return refused('not_in_channel')
  const [first, ...others] = [
    ...messageProblems(args),
    ...metadataProblems(args),
    ...threadProblems(args, channel, state),
  ]
  if (first) return broken(first, ...others)
  state.countPost(channel)
  const message: SlackMessage = {
    channel,
    ts: state.mintTs(),
    ...(args['thread_ts'] === undefined ? {} : { threadTs: stringOf(args['thread_ts']) }),
    user: state.botUser,
    text: stringOf(args['text']),
    blocks: named(args['blocks']),
    ...(isRecord(args['metadata']) ? { metadata: args['metadata'] } : {}),
    history: [],
    reactions: {},
  }
  state.messages.set(`${channel}:${message.ts}`, message)
  state.tell({ kind: 'message', what: 'posted', message })
  return done({ channel, ts: message.ts, message: shown(message, true) })
}

function update(args: JsonRecord, state: SlackState): Outcome {
  // The channel of a direct message is D…, and only posting takes a person's id for it.
  if (/^[UW]/.test(stringOf(args['channel'])))
    return brokenBy('channel_not_found', '/channel', 'an update needs the channel that the post was answered with')
  const message = state.message(stringOf(args['channel']), stringOf(args['ts']))
  if (!message) return refused('message_not_found')
  const isEmpty = isRecord(args['metadata']) && Object.keys(args['metadata']).length === 0
  const [first, ...others] = [...messageProblems(args), ...(isEmpty ? [] : metadataProblems(args))]
  if (first) return broken(first, ...others)
  change(message, args, state)
  return done({ channel: message.channel, ts: message.ts, text: message.text, message: shown(message, true) })
}

function postEphemeral(args: JsonRecord, state: SlackState): Outcome {
  const channel = stringOf(args['channel'])
  const user = stringOf(args['user'])
  if (channelFor(state, channel) !== channel) return refused('channel_not_found')
  if (!state.channel(channel).isMember) return refused('not_in_channel')
  if (!state.people[user]) return refused('user_not_in_channel')
  const [first, ...others] = [...messageProblems(args), ...threadProblems(args, channel, state)]
  if (first) return broken(first, ...others)
  const ephemeral = {
    at: state.now(),
    channel,
    user,
    ts: state.mintTs(),
    ...(args['thread_ts'] === undefined ? {} : { threadTs: stringOf(args['thread_ts']) }),
    text: stringOf(args['text']),
    blocks: named(args['blocks']),
  }
  state.ephemerals.push(ephemeral)
  state.tell({ kind: 'ephemeral', ephemeral })
  return done({ message_ts: ephemeral.ts })
}

function permalink(args: JsonRecord, state: SlackState): Outcome {
  const message = state.message(stringOf(args['channel']), stringOf(args['message_ts']))
  if (!message) return refused('message_not_found')
  const path = `${message.channel}/p${message.ts.replace('.', '')}`
  return done({ channel: message.channel, permalink: `https://acme.slack.com/archives/${path}` })
}

function open(args: JsonRecord, state: SlackState): Outcome {
  const channel = channelFor(state, args['users'])
  return channel?.startsWith('D') ? done({ channel: { id: channel } }) : refused('user_not_found')
}

function info(args: JsonRecord, state: SlackState): Outcome {
  const id = stringOf(args['channel'])
  if (channelFor(state, id) !== id) return refused('channel_not_found')
  if (id.startsWith('D')) return done({ channel: { id, is_im: true, user: `U${id.slice(1)}` } })
  const { name, isMember, isExtShared, isPendingExtShared, isArchived = false } = state.channel(id)
  return done({
    channel: {
      id,
      name,
      is_channel: true,
      is_group: false,
      is_im: false,
      is_private: id.startsWith('G'),
      is_archived: isArchived,
      is_member: isMember,
      is_shared: isExtShared,
      is_ext_shared: isExtShared,
      is_pending_ext_shared: isPendingExtShared,
      is_org_shared: false,
    },
  })
}

function history(args: JsonRecord, state: SlackState): Outcome {
  const channel = stringOf(args['channel'])
  if (channelFor(state, channel) !== channel) return refused('channel_not_found')
  if (!state.channel(channel).isMember) return refused('not_in_channel')
  const isInclusive = String(args['inclusive']) === 'true'
  const oldest = Number(args['oldest'] ?? 0)
  const latest = Number(args['cursor'] || args['latest'] || Number.POSITIVE_INFINITY)
  const limit = Number(args['limit'] ?? 100)
  const found = [...state.messages.values()]
    .filter((each) => each.channel === channel && each.threadTs === undefined)
    .filter(
      ({ ts }) =>
        (Number(ts) > oldest && Number(ts) < latest) || (isInclusive && [oldest, latest].includes(Number(ts))),
    )
    .reverse()
  const page = found.slice(0, limit)
  const next = found.length > limit ? { next_cursor: page.at(-1)?.ts ?? '' } : { next_cursor: '' }
  return done({ messages: shownAll(page, args), has_more: found.length > limit, response_metadata: next })
}

function replies(args: JsonRecord, state: SlackState): Outcome {
  const channel = stringOf(args['channel'])
  const root = state.message(channel, stringOf(args['ts']))
  if (!root) return refused('thread_not_found')
  const inThread = [...state.messages.values()].filter((each) => each.channel === channel && each.threadTs === root.ts)
  return done({ messages: shownAll([root, ...inThread], args), has_more: false })
}

function reactions(args: JsonRecord, state: SlackState): Outcome {
  const message = state.message(stringOf(args['channel']), stringOf(args['timestamp']))
  if (!message) return refused('message_not_found')
  return done({ type: 'message', channel: message.channel, message: shown(message, false) })
}

/** Metadata is left out unless asked for, as Slack does. */
const shownAll = (messages: readonly SlackMessage[], args: JsonRecord): JsonRecord[] =>
  messages.map((each) => shown(each, String(args['include_all_metadata']) === 'true'))

function shown(message: SlackMessage, withMetadata: boolean): JsonRecord {
  const { ts, threadTs, user, text, blocks, metadata, history: past } = message
  const reacted = Object.entries(message.reactions).filter(([, users]) => users.length > 0)
  return {
    type: 'message',
    ts,
    user,
    bot_id: 'B0THAND',
    app_id: 'A0THAND',
    text,
    blocks,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    ...(withMetadata && metadata ? { metadata } : {}),
    ...(past.length === 0 ? {} : { edited: { user, ts } }),
    ...(reacted.length === 0
      ? {}
      : { reactions: reacted.map(([name, users]) => ({ name, users, count: users.length })) }),
  }
}

/** A person's id stands for the direct message with them; people the workspace does not know have none. */
function channelFor(state: SlackState, given: unknown): string | undefined {
  const id = stringOf(given)
  const isKnown = (rest: string) => [`U${rest}`, `W${rest}`].some((user) => state.people[user] !== undefined)
  if (/^[UWD]/.test(id)) return isKnown(id.slice(1)) ? `D${id.slice(1)}` : undefined
  return /^[CG][A-Z0-9]+$/.test(id) ? id : undefined
}

function threadProblems(args: JsonRecord, channel: string, state: SlackState): Problem[] {
  if (args['thread_ts'] === undefined) return []
  const root = state.message(channel, stringOf(args['thread_ts']))
  if (root && root.threadTs === undefined) return []
  const message = root ? 'is itself a reply' : 'no such message in this channel'
  return [{ error: 'thread_not_found', pointer: '/thread_ts', message }]
}

function metadataProblems({ metadata }: JsonRecord): Problem[] {
  const isWhole =
    isRecord(metadata) && typeof metadata['event_type'] === 'string' && isRecord(metadata['event_payload'])
  if (metadata === undefined || isWhole) return []
  return [{ error: 'invalid_metadata_format', pointer: '/metadata', message: 'needs event_type and event_payload' }]
}
