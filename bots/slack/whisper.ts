import type { Card } from '../../src/cards/card.ts'
import type { AccountRef, Hearing } from '../../src/ports/chat.ts'
import type { Logger } from '../../src/ports/log.ts'
import type { Place } from './heard.ts'
import type { SlackMessage } from './render.ts'
import { postToResponseUrl } from './response-url.ts'
import type { Turn } from './turn.ts'
import { type WebApi, whyOf } from './web-api.ts'

export interface WhisperOptions {
  readonly api: WebApi
  readonly apiOrigin: string
  readonly kept: Hearing['kept']
  readonly log: Logger
}

interface Listener {
  readonly turn: Turn
  readonly place: Place
  readonly sender: AccountRef
}

/** A card, and as Slack shows it. */
export interface Said {
  readonly card: Card
  readonly message: SlackMessage
}

/** To one person, by the first way that works: the response_url, an ephemeral message, a direct message. */
export async function whisper(listener: Listener, said: Said, options: WhisperOptions): Promise<void> {
  const { place, turn } = listener
  const { responseUrl, thread } = place
  const { api, apiOrigin, log } = options
  const { message } = said
  if (responseUrl !== undefined && (await postToResponseUrl({ url: responseUrl, apiOrigin, thread }, message))) return
  try {
    // What is said between the two of us needs no whispering, and stays.
    if (place.kind === 'message' && place.channel?.startsWith('D') === true)
      return await post(said, { ...listener, channel: place.channel, thread }, options)
    if (await isShownInChannel(place, message, api)) return
    const { channel } = await api.interactive.conversations.open({ users: place.user })
    if (channel?.id === undefined) throw new Error('conversations.open names no channel')
    await post(said, { ...listener, channel: channel.id, thread: undefined }, options)
  } catch (error) {
    log.warn({ request_id: turn.requestId, why: whyOf(error) }, 'slack_answer_lost')
  }
}

/** It does not go away by itself. */
async function post(
  { card, message }: Said,
  to: { readonly sender: AccountRef; readonly channel: string; readonly thread: string | undefined },
  { api, kept }: WhisperOptions,
): Promise<void> {
  const { sender: reader, channel, thread } = to
  const inThread = thread === undefined ? {} : { thread_ts: thread }
  const { ts } = await api.interactive.chat.postMessage({ channel, ...inThread, ...message })
  if (ts !== undefined) await kept({ reader, card, message: { channel, message: ts }, canBeRoot: thread === undefined })
}

/** We may not be in the channel where a command was typed. */
async function isShownInChannel(place: Place, message: SlackMessage, api: WebApi): Promise<boolean> {
  const { channel, user, thread } = place
  if (channel === undefined) return false
  const inThread = thread === undefined ? {} : { thread_ts: thread }
  try {
    await api.interactive.chat.postEphemeral({ channel, user, ...inThread, ...message })
    return true
  } catch {
    return false
  }
}
