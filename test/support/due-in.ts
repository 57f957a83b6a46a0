import type { DueKind } from '../../src/ports/store/agenda.ts'
import type { Store } from '../../src/ports/store/store.ts'

interface Process {
  readonly inFlight?: readonly number[]
  readonly configuration?: string
}

/** ms until the next one of this kind is due, for a process that works on nothing but `inFlight`; 0 when one is. */
export async function dueIn(
  store: Store,
  kind: DueKind,
  { inFlight = [], configuration = 'c' }: Process = {},
): Promise<number | undefined> {
  const idle = { inFlight: [], busy: [] }
  const { dueInMs } = await store.agenda({
    giveUpMs: 900_000,
    overdueMs: 30_000,
    slots: { ...idle, configuration },
    withdrawals: idle,
    messages: { inFlight, hasRoom: true },
  })
  const ms = dueInMs.get(kind)
  return ms === undefined ? undefined : Math.max(0, ms)
}
