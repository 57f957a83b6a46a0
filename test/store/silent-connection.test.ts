import { afterEach, expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'
import { type Wire, wireTo } from '../support/cuttable.ts'
import { newPostgresDatabase } from '../support/databases.ts'
import { frozenSession } from '../support/frozen-session.ts'
import { eventually, givenStage, type Stage } from '../threats/b-stage.ts'

/** The statement's own 5 s, and 10 s on top. */
const FOUND_WITHIN_MS = 25_000

let wire: Wire | undefined
let stage: Stage | undefined
afterEach(async () => {
  await stage?.close()
  wire?.close()
})

// Without our patch of the driver (patches/) these wait for the operating system to give the connections up: 15 minutes.
test('a database that neither answers nor refuses: whoever waits is told, and nobody waits for the old connections', async () => {
  const through = await wireTo(await newPostgresDatabase())
  wire = through
  const store = await openPostgres(new Secret(through.url), { migrate: true })
  let hushed = () => {}
  const isHushed = new Promise<void>((resolve) => {
    hushed = resolve
  })
  const began = performance.now()
  const waiting = [
    store.transact(async (tx) => {
      await tx.loadedLast()
      through.hush()
      hushed()
      return tx.loadedLast()
    }),
    isHushed.then(() => store.transact((tx) => tx.loadedLast())),
    isHushed.then(() => store.apart().transact((tx) => tx.loadedLast())),
    isHushed.then(() => store.beat()),
  ]
  const ended = await Promise.allSettled(waiting)
  expect(ended.map(({ status }) => status)).toEqual(Array(4).fill('rejected'))
  expect(performance.now() - began).toBeLessThan(2 * FOUND_WITHIN_MS)
  await through.mend()
  const answer = () => store.transact((tx) => tx.history('nothing')).then((rows) => rows.length, String)
  await expect.poll(answer, { timeout: FOUND_WITHIN_MS }).toBe(0)
  await store.close()
}, 120_000)

test('a process that is stopped in the middle of a statement keeps its locks for seconds, not for as long as it is stopped', async () => {
  const database = await newPostgresDatabase()
  const store = await openPostgres(new Secret(database), { migrate: true })
  const frozen = await frozenSession(database, `insert into delivery (id, keep_until) values ('one', now())`)
  const take = () => store.transact((tx) => tx.takeDelivery('one', 60)).then(String, () => 'waits')
  expect(await take()).toBe('waits')
  const beating = setInterval(() => void store.beat(), 500)
  await expect.poll(take, { timeout: 45_000 }).toBe('true')
  clearInterval(beating)
  frozen.close()
  await store.close()
})

test('what is silent because nobody asked it anything stays', async () => {
  const through = await wireTo(await newPostgresDatabase())
  wire = through
  const store = await openPostgres(new Secret(through.url), { migrate: true })
  let nudges = 0
  await store.onNudge(() => nudges++)
  const { replica } = store
  const before = nudges
  await new Promise((resolve) => setTimeout(resolve, 17_000))
  await store.transact((tx) => tx.nudge())
  await expect.poll(() => nudges, { timeout: 5_000 }).toBe(before + 1)
  await store.beat()
  expect(store.replica).toBe(replica)
  await store.close()
})

test('B: a grant that ends while the database is silent is gone soon after it speaks again', async () => {
  const wires: Wire[] = []
  stage = await givenStage({
    through: async (url) => {
      const made = await wireTo(url)
      wires.push(made)
      wire = made
      return made.url
    },
  })
  const { github, world } = stage
  const id = await stage.give('U0ANN', 'github:org-admin 30m')
  await stage.reach(id, 'active')
  await stage.expire(id, 3_000)
  for (const each of wires) each.hush()
  await eventually('the end', async () => world.log.some((line) => line.includes('ANSWER_TIMEOUT')), 60_000)
  expect(github.roleOf('ann-acme')).toBe('admin')
  for (const each of wires) await each.mend()
  await stage.reach(id, 'revoked', 2 * FOUND_WITHIN_MS)
  expect(github.roleOf('ann-acme')).toBe('member')
}, 180_000)
