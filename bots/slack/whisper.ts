import type { Logger } from '../../src/ports/log.ts'
import type { Place } from './heard.ts'
import type { SlackMessage } from './render.ts'
import { postToResponseUrl } from './response-url.ts'
import type { Turn } from './turn.ts'
import { type WebApi, whyOf } from './web-api.ts'

export interface WhisperOptions {
  readonly api: WebApi
  readonly apiOrigin: string
  readonly log: Logger
}

interface Listener {
  readonly turn: Turn
  readonly place: Place
}

/** To one person, by the first way that works: the response_url, an ephemeral message, a direct message. */
export async function whisper(listener: Listener, message: SlackMessage, options: WhisperOptions): Promise<void> {
  const { place, turn } = listener
  const { responseUrl, thread } = place
  const { api, apiOrigin, log } = options
  if (responseUrl !== undefined && (await postToResponseUrl({ url: responseUrl, apiOrigin, thread }, message))) return
  try {
    if (await isShownInChannel(place, message, api)) return
    const { channel } = await api.interactive.conversations.open({ users: place.user })
    if (channel?.id === undefined) throw new Error('conversations.open names no channel')
    await api.interactive.chat.postMessage({ channel: channel.id, ...message })
  } catch (error) {
    log.warn({ request_id: turn.requestId, why: whyOf(error) }, 'slack_answer_lost')
  }
}

/** We may not be in the channel where a command was typed. */
async function isShownInChannel(place: Place, message: SlackMessage, api: WebApi): Promise<boolean> {
  const { channel, user, thread } = place
  if (channel === undefined) return false
  const inThread = thread === undefined ? {} : { thread_ts: thread }
  // What is said between the two of us needs no whispering, and stays.
  if (place.kind === 'message' && channel.startsWith('D')) {
    await api.interactive.chat.postMessage({ channel, ...inThread, ...message })
    return true
  }
  try {
    await api.interactive.chat.postEphemeral({ channel, user, ...inThread, ...message })
    return true
  } catch {
    return false
  }
}
