import { retryDelayMs } from '../core/retry.ts'
import type { ClaimedCredential } from '../ports/store/credentials.ts'
import type { Bulkheads } from './bulkheads.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import { retryAfterOf } from './fault-words.ts'
import { withdrawCredential } from './withdraw-credential.ts'

/** Credentials are taken back beside the slots. Begins what is due and does not wait for it. */
export async function takeWithdrawals(deps: SweeperDeps, bulkheads: Bulkheads, wake: () => void): Promise<number> {
  const { inFlight } = bulkheads
  const claimed = await deps.store.transact(async (tx) => {
    const found: ClaimedCredential[] = []
    for (const share of bulkheads.shares()) found.push(...(await tx.credentials.claim(share)))
    return found
  })
  for (const each of claimed) inFlight.run(each.id, each.instance, () => withdraw(deps, bulkheads, each).finally(wake))
  return claimed.length
}

async function withdraw(deps: SweeperDeps, bulkheads: Bulkheads, claimed: ClaimedCredential): Promise<void> {
  const { id, instance } = claimed
  try {
    const fault = await withdrawCredential(deps, claimed)
    if (fault !== undefined) bulkheads.failed(instance, id, retryAfterOf(fault))
    else if (bulkheads.answered(instance)) await deps.store.transact((tx) => tx.credentials.hurry(instance))
  } catch (error) {
    deps.log.error({ credential: id, instance, error: errorOf(error) }, 'withdrawal_work_failed')
    await giveBack(deps, claimed).catch((again: unknown) =>
      deps.log.warn({ credential: id, error: errorOf(again) }, 'credential_not_released'),
    )
  }
}

/** After what should not happen: later and later. A claim that cannot be given back is free when we are not at it any more. */
function giveBack({ store, random }: SweeperDeps, claimed: ClaimedCredential): Promise<void> {
  return store.transact((tx) => {
    const atMs = tx.now + retryDelayMs(claimed.tries, random())
    return tx.credentials.release(claimed, { atMs, tries: claimed.tries + 1, error: claimed.lastError })
  })
}
