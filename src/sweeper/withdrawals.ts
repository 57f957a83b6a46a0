import { retryDelayMs } from '../core/retry.ts'
import type { ClaimedCredential } from '../ports/store/credentials.ts'
import type { SlotsWanted } from '../ports/store/slots.ts'
import type { Tx } from '../ports/store/store.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import { retryAfterOf } from './fault-words.ts'
import { InFlight } from './in-flight.ts'
import { InstanceHealth } from './instance-health.ts'
import { withdrawCredential } from './withdraw-credential.ts'

const AN_INSTANCE = 16

export interface Withdrawals {
  /** Begins what is due and does not wait for it. */
  take(): Promise<void>
  /** ms until the next one is due that there is room for. */
  nextDueInMs(tx: Tx): Promise<number | undefined>
  settled(): Promise<void>
}

/** Credentials are taken back beside the slots, with a bulkhead of their own for each provider. */
export function createWithdrawals(deps: SweeperDeps, wake: () => void): Withdrawals {
  const inFlight = new InFlight<number>()
  const health = new InstanceHealth(() => performance.now(), deps.random)
  const instances = () => [...deps.providers.values()].map((provider) => provider.instance)
  const room = (instance: string) => health.capacity(instance, AN_INSTANCE) - inFlight.countOf(instance)
  /** Each provider has a share of its own; what belongs to none that is configured is looked at too. */
  const shares = (): readonly Pick<SlotsWanted, 'limit' | 'instances'>[] => [
    ...instances().map((only) => ({ limit: room(only), instances: { only } })),
    { limit: AN_INSTANCE, instances: { except: instances() } },
  ]
  return {
    async take() {
      const wanted = shares().filter(({ limit }) => limit > 0)
      const claimed = await deps.store.transact(async (tx) => {
        const found: ClaimedCredential[] = []
        for (const share of wanted) found.push(...(await tx.credentials.claim({ ...share, inFlight: inFlight.keys() })))
        return found
      })
      for (const each of claimed) inFlight.run(each.id, each.instance, () => withdraw(deps, health, each).finally(wake))
    },
    async nextDueInMs(tx) {
      const busy = instances().filter((instance) => room(instance) <= 0)
      const probes = busy.map((instance) => health.probeInMs(instance)).filter((ms) => ms > 0)
      const due = await tx.credentials.nextDueInMs(busy)
      const all = due === undefined ? probes : [...probes, due]
      return all.length === 0 ? undefined : Math.min(...all)
    },
    settled: () => inFlight.settled(),
  }
}

async function withdraw(deps: SweeperDeps, health: InstanceHealth, claimed: ClaimedCredential): Promise<void> {
  const { id, instance } = claimed
  try {
    const fault = await withdrawCredential(deps, claimed)
    if (fault !== undefined) health.failed(instance, id, retryAfterOf(fault))
    else if (health.answered(instance)) await deps.store.transact((tx) => tx.credentials.hurry(instance))
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
