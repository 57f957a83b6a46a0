import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import { Secret } from '../../src/core/secret.ts'
import type { AttemptAnswer, ClaimedSlot } from '../../src/ports/store/slots.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'
import { newPostgresDatabase } from '../support/databases.ts'
import { eventually } from '../threats/b-stage.ts'

/** Two replicas on one database, and a slot with something to do. */
let a: Store
let b: Store
let sql: postgres.Sql
let url: string
beforeEach(async () => {
  url = await newPostgresDatabase()
  a = await openPostgres(new Secret(url), { migrate: true })
  b = await openPostgres(new Secret(url), { migrate: false })
  sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql`insert into slot (provider_key, instance, subject_id, subject_login, name, next_try_at)
    values ('github', 'github|acme', '1', 'ann-acme', 'team:acme/sre', now())`
})
afterEach(async () => {
  await Promise.all([a.close(), b.close(), sql.end()])
})

const GRANT = 'req_00000000' as RequestId
const WRITE = { direction: 'raise', level: 'member', grant: GRANT } as const
const TIMES = { lastSendMs: 2_000, deadlineMs: 10_000, settleMs: 5_000, lagMs: 0 }
const SETTINGS = { levels: ['absent', 'member', 'maintainer'], readLagMs: 0 } as const
const event = (name: 'attempt_intended' | 'attempt_answered') => ({ name, actor: 'timer', subject: GRANT }) as const
const DONE: AttemptAnswer = {
  ...{ outcome: 'done', detail: undefined, receipt: 'receipt', landsBeforeMs: 1_000 },
  event: event('attempt_answered'),
}

const wanted = { limit: 9, instances: { except: [] }, configuration: 'c' }

async function claim(store: Store, inFlight: readonly number[] = []): Promise<ClaimedSlot | undefined> {
  return (await store.transact((tx) => tx.slots.claim({ ...wanted, inFlight })))[0]
}

async function claimed(store: Store): Promise<ClaimedSlot> {
  const slot = await claim(store)
  if (slot === undefined) throw new Error('it was not free')
  return slot
}

const intend = (store: Store, slot: ClaimedSlot) =>
  store.transact((tx) => tx.slots.intend(slot, WRITE, TIMES, event('attempt_intended')))

const load = (store: Store, slot: ClaimedSlot) => store.transact((tx) => tx.slots.load(slot, SETTINGS))

const silentFor = (store: Store, seconds: number) =>
  sql`update replica set seen_at = now() - make_interval(secs => ${seconds}) where id = ${store.replica}`

/** Of this database only: the others of the run have locks of the same numbers. */
const lifeOf = (replica: string) => sql`select pid from pg_locks where locktype = 'advisory' and classid = 746001
    and objid = (select lock from replica where id = ${replica})
    and database = (select oid from pg_database where datname = current_database())`

/** Its process is gone as far as the database knows: the session that it keeps for its life has ended. */
async function loseLife(store: Store): Promise<void> {
  const { replica } = store
  const [life] = await lifeOf(replica)
  if (life === undefined) throw new Error('it has no session for its life')
  await sql`select pg_terminate_backend(${Number(life['pid'])})`
  while ((await lifeOf(replica)).length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function attemptRow() {
  const [row] = await sql`select outcome, receipt, lands_before, settled_at from attempt`
  return row
}

describe('a claim is bound to the life of its owner', () => {
  test('it is free when its owner was silent for ten seconds, not before; whoever speaks again in time keeps it', async () => {
    await claimed(a)
    expect(await claim(b)).toBeUndefined()
    await silentFor(a, 9)
    expect(await claim(b)).toBeUndefined()
    await a.beat()
    await silentFor(b, 60)
    expect(await claim(b)).toBeUndefined()
    await silentFor(a, 10.1)
    expect(await claim(b)).toMatchObject({ epoch: 2 })
  })

  test('nobody else gets what somebody has, and what they left behind is theirs again at once', async () => {
    const slot = await claimed(a)
    expect(await claim(a, [slot.id])).toBeUndefined()
    expect(await claim(a)).toMatchObject({ id: slot.id, epoch: 2 })
    expect(await claim(b)).toBeUndefined()
  })

  test('two that claim in the same moment: one has it', async () => {
    for (let n = 0; n < 20; n++) {
      const both = await Promise.all([claim(a), claim(b)])
      expect(both.filter((slot) => slot !== undefined)).toHaveLength(1)
      await sql`update slot set owner = null`
    }
  })

  test('its session is gone: free at once, its attempt may land for as long as it was given; it comes back by another name', async () => {
    const slot = await claimed(a)
    const before = a.replica
    await intend(a, slot)
    await b.beat()
    expect(await claim(b)).toBeUndefined()
    await loseLife(a)
    await b.beat()
    expect(await claim(b)).toMatchObject({ id: slot.id, epoch: 2 })
    const [window] = await sql`select extract(epoch from lands_before - intended_at)::float8 as seconds from attempt`
    expect(window?.['seconds']).toBeGreaterThanOrEqual(17)
    expect(window?.['seconds']).toBeLessThan(30)
    await a.beat()
    expect(a.replica).not.toBe(before)
    expect(await lifeOf(a.replica)).toHaveLength(1)
    expect(await load(a, slot)).toBeUndefined()
  })

  test('taken for gone, it intends nothing more by that name: nobody would ever answer for it', async () => {
    await loseLife(a)
    await b.beat()
    const slot = await claimed(a)
    await expect(intend(a, slot)).rejects.toThrow('taken for gone')
    expect(await attemptRow()).toBeUndefined()
    await a.beat()
    expect(await intend(a, await claimed(a))).toBeGreaterThan(0)
  })

  test('an intent that is being committed while its sender is taken for gone is answered for', async () => {
    const slot = await claimed(a)
    await loseLife(a)
    let watching: Promise<void> = Promise.resolve()
    await a.transact(async (tx) => {
      await tx.slots.intend(slot, WRITE, TIMES, event('attempt_intended'))
      watching = b.beat()
      await eventually('it waits for this one', async () => {
        return (
          (
            await sql`select 1 from pg_stat_activity where datname = current_database()
          and wait_event_type = 'Lock'`
          ).length > 0
        )
      })
    })
    await watching
    expect(await attemptRow()).toMatchObject({ outcome: null, lands_before: expect.any(Date) })
  })

  test('it is held for alive from the first moment at which others can see it', async () => {
    await sql.unsafe(`create function holds_its_lock() returns trigger language plpgsql as $$ begin
      if not exists (select 1 from pg_locks where classid = 746001 and objid = new.lock and granted
        and database = (select oid from pg_database where datname = current_database()))
      then raise exception 'seen before its lock is held'; end if;
      return new; end $$`)
    await sql`create trigger holds_its_lock before insert on replica for each row execute function holds_its_lock()`
    const c = await openPostgres(new Secret(url), { migrate: false })
    await Promise.all([a.beat(), b.beat()])
    await sql`update replica set gone_at = now() where id = ${c.replica}`
    const before = c.replica
    await c.beat()
    expect(c.replica).not.toBe(before)
    await c.close()
  })

  test('it is merely stopped: after an hour its attempt is open still, for it may send', async () => {
    await intend(a, await claimed(a))
    await silentFor(a, 3600)
    await b.beat()
    expect(await claimed(b)).toMatchObject({ epoch: 2 })
    expect(await attemptRow()).toMatchObject({ outcome: null, lands_before: null, settled_at: null })
    expect(await sql`select 1 from replica where gone_at is not null`).toHaveLength(0)
  })
})

describe('a write-back by somebody whose claim was taken', () => {
  const everything = async () => {
    const tables = ['slot', 'holding', 'access_grant', 'request', 'message', 'replica']
    return Promise.all(tables.map((table) => sql.unsafe(`select * from ${table} order by 1`)))
  }

  test.each(['taken by another', 'taken, and taken again by the first'])(
    '%s: only its outcome is written',
    async (how) => {
      const old = await claimed(a)
      const attempt = await intend(a, old)
      await silentFor(a, 11)
      await claimed(b)
      if (how.includes('again')) {
        await silentFor(b, 11)
        await a.beat()
        await claimed(a)
      }
      const before = await everything()
      await a.transact(async (tx) => {
        expect(await tx.slots.load(old, SETTINGS)).toBeUndefined()
        await tx.slots.answered(attempt, DONE)
        await tx.slots.release(old, { atMs: undefined, tries: 7, error: 'by whom it is not' })
      })
      expect(await everything()).toEqual(before)
      expect(await attemptRow()).toEqual({
        ...{ outcome: 'done', receipt: 'receipt', lands_before: new Date(1_000), settled_at: null },
      })
    },
  )
})

describe('how an attempt went', () => {
  const answers = async () => (await sql`select 1 from audit_event where name = 'attempt_answered'`).length

  test('is said once: what is said again changes nothing, and is not recorded', async () => {
    const attempt = await intend(a, await claimed(a))
    await a.transact((tx) => tx.slots.answered(attempt, DONE))
    await a.transact((tx) => tx.slots.answered(attempt, { ...DONE, outcome: 'dropped', landsBeforeMs: 0 }))
    expect(await attemptRow()).toMatchObject({ outcome: 'done', lands_before: new Date(1_000) })
    expect(await answers()).toBe(1)
  })

  test('of an intent that was never committed, says nothing', async () => {
    const slot = await claimed(a)
    let attempt = 0
    const failed = a.transact(async (tx) => {
      attempt = await tx.slots.intend(slot, WRITE, TIMES, event('attempt_intended'))
      throw new Error('not committed')
    })
    await expect(failed).rejects.toThrow('not committed')
    expect(attempt).toBeGreaterThan(0)
    await a.transact((tx) => tx.slots.answered(attempt, DONE))
    expect(await answers()).toBe(0)
    expect(await intend(a, slot)).not.toBe(attempt)
  })

  test('is known better by its sender than by who took it for gone', async () => {
    const attempt = await intend(a, await claimed(a))
    await loseLife(a)
    await b.beat()
    await a.transact((tx) => tx.slots.answered(attempt, DONE))
    expect(await attemptRow()).toMatchObject({ outcome: 'done', lands_before: new Date(1_000) })
  })
})
