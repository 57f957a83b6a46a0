import { expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'
import { type Wire, wireTo } from '../support/cuttable.ts'
import { newPostgresDatabase } from '../support/databases.ts'

const ROUNDS = 30
const BACK_WITHIN_MS = 8_000

/** Cuts the wire as long as the round lasts: what of a transaction runs on after it was rejected cuts nothing any more. */
class Round {
  isOver = false
  readonly #wire: Wire

  constructor(wire: Wire) {
    this.#wire = wire
  }

  cut(): void {
    if (!this.isOver) this.#wire.cut()
  }
}

/** A transaction of four questions that goes on after every second failure; the wire is cut at the n-th. */
async function live(store: Store, wire: Round, cutAt: number, isLate: boolean): Promise<void> {
  let late = Promise.resolve()
  const lived = store.transact(async (tx) => {
    for (let n = 0; n < 4; n++) {
      if (n === cutAt && isLate) {
        late = new Promise((resolve) => {
          setImmediate(() => resolve(wire.cut()))
        })
      } else if (n === cutAt) wire.cut()
      await tx.loadedLast().catch((error: unknown) => {
        if (n % 2 === 0) throw error
      })
    }
  })
  // Not after the wire is mended again.
  await lived.finally(() => late)
}

// Without our patch of the driver (patches/) this ends the process, leaves connections that never answer again, or sends
// the end of one transaction into the next session.
test('connections that are lost in the middle of transactions reject them, and others are there when the database is back', async () => {
  const wire = await wireTo(await newPostgresDatabase())
  const store = await openPostgres(new Secret(wire.url), { migrate: true })
  for (let round = 0; round < ROUNDS; round++) {
    const own = new Round(wire)
    const ended = await Promise.allSettled([
      live(store, own, round % 4, round % 3 === 0),
      live(store, own, -1, false),
      live(store, own, (round + 2) % 4, false),
      store.transact((tx) => tx.loadedLast()),
    ])
    expect(ended.some((each) => each.status === 'rejected')).toBe(true)
    own.isOver = true
    await wire.mend()
    const answer = () => store.transact((tx) => tx.history('nothing')).then((rows) => rows.length, String)
    await expect.poll(answer, { timeout: BACK_WITHIN_MS }).toBe(0)
  }
  await store.close()
  wire.close()
}, 180_000)
