import type { MessageRef } from '../../src/ports/chat.ts'
import { baseOf, rootOf } from './activity.ts'

/**
 * A message of ours, by the conversation without its thread and the activity; one that stands in a thread of a channel names
 * its root too: `1485983200001@1485983194839`.
 */
export function refOf(conversation: string, activity: string): MessageRef {
  const root = rootOf(conversation)
  return {
    channel: baseOf(conversation),
    message: root === undefined || root === activity ? activity : `${activity}@${root}`,
  }
}

export interface Standing {
  /** With the thread, where there is one. */
  readonly conversation: string
  readonly activity: string
}

export function standingOf({ channel, message }: MessageRef): Standing {
  const [activity = '', root = activity] = message.split('@')
  return { conversation: isChannel(channel) ? `${channel};messageid=${root}` : channel, activity }
}

/** Chats have no threads. */
export function isChannel(conversation: string): boolean {
  return /^19:.+@thread\.(?:tacv2|skype)$/.test(baseOf(conversation))
}
