import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import { requestIdFrom } from '../../src/core/ids.ts'
import type { EngineName } from '../support/databases.ts'
import { openRaw, type RawDatabase } from '../support/raw-databases.ts'

const MINE = requestIdFrom(new Uint8Array(5))
const OTHER = requestIdFrom(new Uint8Array([0, 0, 0, 0, 1]))
const TABLES = ['attempt', 'holding', 'slot', 'access_grant', 'request']
const SLOTS = [`inline:${MINE}`, 'group:sre', `inline:${OTHER}`] as const

const granted = (id: RequestId) => [
  `insert into request (id, state, requester, role_key, role_hash, role, reason, duration_seconds, platform, asked_at, lapses_at)
   values ('${id}', 'pending', 'ann', 'r', 'h', '{}', '', 3600, 'slack', now(), now() + interval '1 hour')`,
  `update request set state = 'approved' where id = '${id}'`,
  `insert into access_grant (id, state, person, provider_key, instance, duration_seconds, planned_at, started_at, expires_at)
   values ('${id}', 'planned', 'ann', 'aws', 'i', 3600, now(), now(), now() + interval '1 hour')`,
  ...['granting', 'active'].map((state) => `update access_grant set state = '${state}' where id = '${id}'`),
]
const slots = SLOTS.map(
  (name, index) =>
    `insert into slot (id, provider_key, instance, subject_id, subject_login, name, prior, seen)
     values (${index + 1}, 'aws', 'i', 'AIDA1', 'ann', '${name}', 'absent', 'there')`,
)
const held = (grant: RequestId, slot: number) =>
  `insert into holding (grant_id, slot_id, level, state, is_reached) values ('${grant}', ${slot}, 'there', 'open', true)`

describe.each<EngineName>(['postgres', 'embedded'])('ends that a provider was told, on %s', (engine) => {
  let database: RawDatabase
  beforeAll(async () => {
    database = await openRaw(engine)
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    for (const table of TABLES) await database.raw(`delete from ${table}`)
    const holdings = [held(MINE, 1), held(MINE, 2), held(OTHER, 2), held(OTHER, 3)]
    for (const each of [...granted(MINE), ...granted(OTHER), ...slots, ...holdings]) await database.raw(each)
  })

  const claim = () =>
    database.store.transact((tx) =>
      tx.slots.claim({ limit: 9, instances: { except: [] }, inFlight: [], configuration: 'c' }),
    )
  const extend = (minutes: number) =>
    database.store.transact((tx) => {
      const change = { id: MINE, until: tx.now + minutes * 60_000, mostSeconds: 7200 }
      return tx.grants.extend(change, { name: 'grant_extended', actor: 'ann', subject: MINE })
    })

  test('more time makes the slot of the grant’s own due, and no other', async () => {
    expect(await claim()).toEqual([])
    expect(await extend(90)).toBe(true)
    expect((await claim()).map(({ name }) => name)).toEqual([`inline:${MINE}`])
  })

  test('time that is not given makes nothing due', async () => {
    for (const minutes of [10, 600]) expect(await extend(minutes)).toBe(false)
    expect(await claim()).toEqual([])
  })

  test('a slot that is a grant’s own says so, and keeps the end that was told', async () => {
    const { store, raw } = database
    for (const id of [1, 2]) await raw(`update slot set next_try_at = now() - interval '1 second' where id = ${id}`)
    const claimed = (await claim()).toSorted((a, b) => a.id - b.id)
    const load = (index: number) =>
      store.transact(async (tx) => {
        const [slot] = claimed.slice(index)
        return slot && tx.slots.load(slot, { levels: ['absent', 'there'], readLagMs: 0 })
      })
    expect([(await load(0))?.endsItself, (await load(1))?.endsItself]).toEqual([true, false])
    await store.transact(async (tx) => {
      const [slot] = claimed
      const before = slot && (await tx.slots.load(slot, { levels: ['absent', 'there'], readLagMs: 0 }))
      if (slot === undefined || before === undefined) throw new Error('not claimed')
      const after = structuredClone(before)
      for (const one of after.holdings) one.givenUntil = 1_900_000_000_000
      await tx.slots.save(slot, { before, after, seenAt: tx.now, actor: 'timer' })
    })
    expect((await load(0))?.holdings.map(({ givenUntil }) => givenUntil)).toEqual([1_900_000_000_000])
  })
})
