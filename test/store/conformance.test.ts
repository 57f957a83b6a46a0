import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../../src/ports/store/store.ts'
import { type EngineName, newStore } from '../support/databases.ts'

describe.each<EngineName>(['postgres', 'embedded'])('store on %s', (engine) => {
  let store: Store
  beforeAll(async () => {
    store = await newStore(engine)
  })
  afterAll(() => store.close())

  test('a delivery is taken once', async () => {
    const take = () => store.transact((tx) => tx.takeDelivery('event:1', 60))
    expect(await take()).toBe(true)
    expect(await take()).toBe(false)
  })

  test('what fails half way leaves nothing behind', async () => {
    const failing = store.transact(async (tx) => {
      await tx.record({ name: 'request_asked', actor: 'ann@acme.example', subject: 'req_half0000' })
      throw new Error('half way')
    })
    await expect(failing).rejects.toThrow('half way')
    expect(await store.transact((tx) => tx.history('req_half0000'))).toEqual([])
  })

  test('a nudge reaches its listener after the commit', async () => {
    let hear: () => void = () => undefined
    const heard = new Promise<void>((resolve) => {
      hear = resolve
    })
    await store.onNudge(() => hear())
    await store.transact((tx) => tx.nudge())
    await heard
  })

  test('a replica that beats stays alive', async () => {
    const before = store.replica
    await store.beat()
    expect(store.replica).toBe(before)
  })
})
