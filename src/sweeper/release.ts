import type { SlotFacts } from '../core/protocol/facts.ts'
import { retryDelayMs } from '../core/retry.ts'
import type { ClaimedSlot } from '../ports/store/slots.ts'
import type { Tx } from '../ports/store/store.ts'
import type { SweeperDeps } from './deps.ts'
import { faultWords } from './fault-words.ts'
import { nextTry, type Round } from './next-try.ts'
import type { Work } from './work.ts'

/** Undefined when the claim is not ours any more. */
export function load(tx: Tx, { provider, claimed }: Work): Promise<SlotFacts | undefined> {
  return tx.slots.load(claimed, { levels: provider.levels(claimed.name), readLagMs: provider.timing.readLagMs })
}

/** Gives the claim back at the end of a round, and says when the next one is due. */
export async function release(
  tx: Tx,
  { deps, claimed, provider }: Work,
  round: Pick<Round, 'before' | 'after' | 'level' | 'fault'>,
): Promise<void> {
  const next = nextTry({ ...round, tries: claimed.tries, nowMs: tx.now, random: deps.random() })
  const error = round.fault === undefined ? undefined : faultWords(round.fault, provider.vendor)
  await tx.slots.release(claimed, { ...next, error })
  if (round.fault === undefined) return
  deps.log.warn(
    { slot: claimed.name, instance: claimed.instance, tries: next.tries, reason: error },
    'provider_try_failed',
  )
  for (const grant of round.after.grants.values()) await tx.requests.touch(grant.id)
}

/** After what should not happen: later and later, or a bug would ask the provider as fast as it answers. */
export function releaseAfterError({ store, random }: SweeperDeps, claimed: ClaimedSlot): Promise<void> {
  return store.transact((tx) => {
    const atMs = tx.now + retryDelayMs(claimed.tries, random())
    return tx.slots.release(claimed, { atMs, tries: claimed.tries + 1, error: undefined })
  })
}
