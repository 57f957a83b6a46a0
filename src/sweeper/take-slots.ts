import type { ClaimedSlot } from '../ports/store/slots.ts'
import type { Bulkheads } from './bulkheads.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import { retryAfterOf } from './fault-words.ts'
import type { Insistence } from './insistence.ts'
import { releaseAfterError } from './release.ts'
import { workSlot } from './work-slot.ts'

interface Hands {
  readonly bulkheads: Bulkheads
  readonly insistence: Insistence
  readonly wake: () => void
}

/** Begins what is due and does not wait for it. */
export async function takeSlots(deps: SweeperDeps, hands: Hands): Promise<number> {
  const { inFlight } = hands.bulkheads
  const { claimed, now } = await deps.store.transact(async (tx) => {
    const found: ClaimedSlot[] = []
    const { hash: configuration } = deps.settings
    for (const share of hands.bulkheads.shares()) found.push(...(await tx.slots.claim({ ...share, configuration })))
    return { claimed: found, now: tx.now }
  })
  for (const slot of claimed)
    inFlight.run(slot.id, slot.instance, () => workOn(deps, hands, slot, now).finally(hands.wake))
  return claimed.length
}

async function workOn(
  deps: SweeperDeps,
  { bulkheads, insistence }: Hands,
  slot: ClaimedSlot,
  nowMs: number,
): Promise<void> {
  const about = { slot: slot.name, instance: slot.instance }
  try {
    const fault = await workSlot(deps, { claimed: slot, nowMs, insistence })
    if (fault !== undefined) bulkheads.failed(slot.instance, slot.id, retryAfterOf(fault))
    else if (bulkheads.answered(slot.instance)) await deps.store.transact((tx) => tx.slots.hurry(slot.instance))
  } catch (error) {
    deps.log.error({ ...about, error: errorOf(error) }, 'slot_work_failed')
    await releaseAfterError(deps, slot).catch((again: unknown) =>
      deps.log.warn({ ...about, error: errorOf(again) }, 'slot_not_released'),
    )
  }
}
