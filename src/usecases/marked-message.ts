import { setTimeout as pause } from 'node:timers/promises'
import type { MessageRef } from '../ports/chat.ts'
import type { StoredMessage } from '../ports/store/messages.ts'
import type { Deps } from './deps.ts'

/** In all a second and a half: a platform waits three for its answer. */
const LOOKS = 11
const BETWEEN_MS = 150

/**
 * The message of ours that somebody marked; undefined of every other. People may see a post before it is recorded that it was
 * posted: while one is on its way there, the mark waits for it a little.
 */
export async function markedMessage(
  { store }: Pick<Deps, 'store'>,
  platform: string,
  ref: MessageRef,
): Promise<StoredMessage | undefined> {
  for (let looks = 1; ; looks++) {
    const { message, isComing } = await store.transact(async (tx) => {
      const found = await tx.messages.findByRef(platform, ref)
      return { message: found, isComing: found === undefined && (await tx.messages.isPosting(platform)) }
    })
    if (!isComing || looks === LOOKS) return message
    await pause(BETWEEN_MS)
  }
}
