import { expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'
import { wireTo } from '../support/cuttable.ts'
import { newPostgresDatabase } from '../support/databases.ts'

// Without our patch of the driver (patches/) this ends the process: it writes to a connection that has just been closed.
test('connections that are lost in the middle of transactions reject them, and nothing else', async () => {
  const wire = await wireTo(await newPostgresDatabase())
  const store = await openPostgres(new Secret(wire.url), { migrate: true })
  const lives = async (cutAt: number) => {
    await store.transact(async (tx) => {
      for (let n = 0; n < 4; n++) {
        if (n === cutAt) wire.cut()
        await tx.loadedLast().catch((error: unknown) => {
          if (n % 2 === 0) throw error
        })
      }
    })
  }
  for (let round = 0; round < 16; round++) {
    const ended = await Promise.allSettled([
      lives(round % 4),
      lives(9),
      lives((round + 2) % 4),
      store.transact((tx) => tx.loadedLast()),
    ])
    expect(ended.some((each) => each.status === 'rejected')).toBe(true)
    await wire.mend()
  }
  await expect
    .poll(() => store.transact((tx) => tx.loadedLast()).then(() => 'answers', String), { timeout: 20_000 })
    .toBe('answers')
  await store.close()
  wire.close()
})
