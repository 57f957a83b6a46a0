import { setTimeout as pause } from 'node:timers/promises'
import type { MessageRef } from '../ports/chat.ts'
import type { StoredMessage } from '../ports/store/messages.ts'
import type { Deps } from './deps.ts'

/** A platform waits three seconds for its answer. */
const LONGEST_MS = 1500
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
  for (const began = performance.now(); ; ) {
    const { message, isComing } = await store.transact(async (tx) => {
      // In this order: what is recorded between the two is found by the second.
      const isPosting = await tx.messages.isPosting(platform, ref.channel)
      const found = await tx.messages.findByRef(platform, ref)
      return { message: found, isComing: found === undefined && isPosting }
    })
    if (!isComing || performance.now() - began > LONGEST_MS) return message
    await pause(BETWEEN_MS)
  }
}
