import { Bulkheads } from './bulkheads.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import { every } from './every.ts'
import { InFlight } from './in-flight.ts'
import { Insistence } from './insistence.ts'
import { keepHouse } from './keep-house.ts'
import { Loop } from './loop.ts'
import { type Hands, pass } from './pass.ts'

const HEARTBEAT = '*/2 * * * * *'
const TIDY = '0 * * * * *'
const KEEP_HOUSE = '15 * * * * *'
const AFTER_FAILURE_MS = 500
/** How long stopping waits for a database that does not hear how a write went. */
const SAY_WITHIN_MS = 3_000

export interface Sweeper {
  start(): Promise<void>
  /** Something may be due: look now. */
  wake(): void
  /** Ends when what is in flight has ended. */
  stop(): Promise<void>
}

/** Makes what is observed equal what is wanted. State rows are the queue: every pass looks at what is, and finishes it. */
export function createSweeper(deps: SweeperDeps): Sweeper {
  const hands = emptyHands(deps, () => loop.wake())
  const loop = new Loop(() => pass(deps, hands).catch((error: unknown) => afterFailure(deps, error)))
  const heartbeat = every(HEARTBEAT, deps.log, () => loop.wake())
  const beat = every(HEARTBEAT, deps.log, () => guarded(deps, 'beat_failed', () => deps.store.beat()))
  const tidy = every(TIDY, deps.log, () => guarded(deps, 'tidy_failed', () => deps.store.tidy()))
  const house = every(KEEP_HOUSE, deps.log, () => guarded(deps, 'keep_house_failed', () => keepHouse(deps)))
  return {
    async start() {
      await deps.store.onNudge(() => loop.wake())
      loop.start()
    },
    wake: () => loop.wake(),
    async stop() {
      await Promise.all([heartbeat.destroy(), beat.destroy(), tidy.destroy(), house.destroy()])
      await loop.stop()
      hands.insistence.stop(SAY_WITHIN_MS)
      const inFlight = [hands.slots.inFlight, hands.withdrawals.inFlight, hands.messages, hands.others]
      await Promise.all(inFlight.map((each) => each.settled()))
    },
  }
}

function emptyHands(deps: SweeperDeps, wake: () => void): Hands {
  const providers = () => [...deps.providers.values()]
  return {
    slots: new Bulkheads(providers, deps.random),
    withdrawals: new Bulkheads(providers, deps.random),
    messages: new InFlight(),
    others: new InFlight(),
    insistence: new Insistence(deps.random),
    wake,
  }
}

function afterFailure(deps: SweeperDeps, error: unknown): number {
  deps.log.error({ error: errorOf(error) }, 'sweep_failed')
  return AFTER_FAILURE_MS
}

async function guarded(deps: SweeperDeps, event: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => deps.log.warn({ error: errorOf(error) }, event))
}
