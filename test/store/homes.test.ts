import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { personIdOf } from '../../src/core/ids.ts'
import type { StoredHome } from '../../src/ports/store/homes.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { type EngineName, newStore } from '../support/databases.ts'
import { dueIn } from '../support/due-in.ts'
import { pause } from '../threats/b-stage.ts'

const ann = personIdOf('ann@acme.example')
const sam = personIdOf('sam@acme.example')
const TURN_MS = 60_000

describe.each<EngineName>(['postgres', 'embedded'])('pages of people on %s', (engine) => {
  let store: Store
  beforeAll(async () => {
    store = await newStore(engine)
  })
  afterAll(() => store.close())

  const open = (person = ann) => store.transact((tx) => tx.homes.open({ platform: 'slack', person, account: 'U0ANN' }))
  const claim = (turnMs = TURN_MS) => store.transact((tx) => tx.homes.claim(9, turnMs))
  const change = (...people: (typeof ann)[]) => store.transact((tx) => tx.homes.changed(people))
  const dueInMs = () => dueIn(store, 'homes')
  const shown = (home: StoredHome) => store.transact((tx) => tx.homes.shown(home))
  const claimOne = async (turnMs = TURN_MS): Promise<StoredHome> => {
    const [home] = await claim(turnMs)
    if (home === undefined) throw new Error('none was due')
    return home
  }

  test('one that was opened is due, to one publisher at a time, and not any more when it was shown', async () => {
    await open()
    const home = await claimOne()
    expect(home).toMatchObject({ platform: 'slack', person: ann, account: 'U0ANN', tries: 0 })
    expect(await claim()).toEqual([])
    await shown(home)
    expect([await claim(), await dueInMs()]).toEqual([[], undefined])
  })

  test('a change during the turn is shown after it', async () => {
    await open()
    const home = await claimOne()
    await change(ann)
    expect(await claim()).toEqual([])
    await shown(home)
    expect(await dueInMs()).toBe(0)
    await shown(await claimOne())
    expect(await claim()).toEqual([])
  })

  test('a publisher that dies leaves it due when its turn is over, and says nothing any more about it', async () => {
    await open()
    const dead = await claimOne(30)
    await pause(60)
    const home = await claimOne()
    await shown(dead)
    expect(await claim()).toEqual([])
    await shown(home)
    expect(await dueInMs()).toBeUndefined()
  })

  test('a failure is counted, and tried again at its time or never', async () => {
    await open()
    const home = await claimOne()
    await store.transact((tx) => tx.homes.failed(home, tx.now))
    const again = await claimOne()
    expect(again.tries).toBe(1)
    await store.transact((tx) => tx.homes.failed(again, undefined))
    expect(await dueInMs()).toBeUndefined()
  })

  test('a change of somebody who has none open, or of nobody, makes nothing due', async () => {
    await change(sam)
    await change()
    expect(await claim()).toEqual([])
    expect(await store.transact((tx) => tx.homes.openPeople())).toEqual([ann])
  })
})
