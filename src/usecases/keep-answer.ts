import type { Kept } from '../ports/chat.ts'
import type { Deps } from './deps.ts'

type Keeping = Pick<Deps, 'store' | 'directory' | 'log'>

/**
 * An answer with buttons that stays in somebody's own chat shows its request from now on: none stays there that does nothing.
 * Of who asked it is the card itself, where they have none yet: what follows stands under it, and no second one comes. It was
 * said either way: that it could not be kept is for the log.
 */
export async function keepAnswer(deps: Keeping, kept: Kept): Promise<void> {
  try {
    await keep(deps, kept)
  } catch (error) {
    deps.log.warn(
      { request: kept.card.about, why: error instanceof Error ? error.name : 'unknown_error' },
      'answer_not_kept',
    )
  }
}

async function keep({ store, directory }: Keeping, { reader, card, message, ...kept }: Kept): Promise<void> {
  const { about, buttons } = card
  if (about === undefined || buttons.length === 0) return
  const person = await directory.ownerOf(reader)
  if (person === undefined) return
  await store.transact(async (tx) => {
    // Under its lock: what changes after this finds the row, and what has changed is shown at once.
    const request = await tx.requests.lock(about)
    if (request === undefined) return
    const { platform } = reader
    const isTheirs = person === request.requester && platform === request.platform
    // More time is told where the access that it extends is told.
    const canBeRoot = kept.canBeRoot && isTheirs && request.extension === undefined
    const standing = { requestId: request.id, platform, audience: 'direct', place: person, ref: message } as const
    await tx.messages.keep(standing, { canBeRoot, lags: request.state !== 'pending' })
    await tx.nudge()
  })
}
