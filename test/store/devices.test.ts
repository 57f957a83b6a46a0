import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DeviceId, personIdOf } from '../../src/core/ids.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { type EngineName, newStore } from '../support/databases.ts'

const ann = personIdOf('ann@acme.example')
const account = { platform: 'slack', tenant: 'T0ACME', account: 'U0ANN' }

describe.each<EngineName>(['postgres', 'embedded'])('devices in the store, on %s', (engine) => {
  let store: Store
  beforeAll(async () => {
    store = await newStore(engine)
  })
  afterAll(() => store.close())

  const asked = (id: string, aheadMs = 60_000) =>
    store.transact((tx) =>
      tx.deviceLogins.insert({
        id,
        deviceCodeHash: `device ${id}`,
        userCodeHash: `user ${id}`,
        name: 'laptop',
        host: 'host',
        thumbprint: `key ${id}`,
        address: '127.0.0.1',
        expiresAt: tx.now + aheadMs,
        intervalSeconds: 2,
      }),
    )
  const bound = (id: string, aheadMs = 60_000) =>
    store.transact((tx) =>
      tx.devices.bind(
        {
          id: id as DeviceId,
          person: ann,
          name: 'laptop',
          host: 'host',
          thumbprint: `key ${id}`,
          platform: 'slack',
          account: 'U0ANN',
          aliveUntil: tx.now + aheadMs,
        },
        { name: 'device_bound', actor: ann, subject: id },
      ),
    )

  test('a login is found by either code and moves once', async () => {
    expect(await asked('one')).toBe(true)
    expect(await asked('one')).toBe(false)
    await store.transact((tx) => tx.deviceLogins.show('one', { person: ann, account }))
    const [byUser, byDevice] = await store.transact(async (tx) => [
      await tx.deviceLogins.lockByUserCode('user one'),
      await tx.deviceLogins.lockByDeviceCode('device one'),
    ])
    expect(byUser).toEqual(byDevice)
    expect(byUser).toMatchObject({ id: 'one', state: 'asked', shownTo: { person: ann, account } })
    const move = () => store.transact((tx) => tx.deviceLogins.move('one', { from: 'asked', to: 'refused' }))
    expect([await move(), await move()]).toEqual([true, false])
  })

  test('a device lives until it ends or its time is over, and ends once, with one event', async () => {
    await bound('dev_live0000')
    await bound('dev_over0000', -1)
    const own = () => store.transact((tx) => tx.devices.ofPerson(ann))
    expect((await own()).map(({ id }) => id)).toEqual(['dev_live0000'])
    expect(await store.transact((tx) => tx.openAccess.of(ann))).toMatchObject({ devices: ['dev_live0000'] })
    const end = () =>
      store.transact((tx) =>
        tx.devices.end('dev_live0000' as DeviceId, { name: 'device_ended', actor: ann, subject: 'dev_live0000' }),
      )
    expect([await end(), await end()]).toEqual([true, false])
    expect(await own()).toEqual([])
    expect((await store.transact((tx) => tx.history('dev_live0000'))).map(({ name }) => name)).toEqual([
      'device_bound',
      'device_ended',
    ])
    expect(await store.transact((tx) => tx.openAccess.people())).toEqual([])
  })

  test('a token is used once, and gives its device time', async () => {
    const id = 'dev_token000' as DeviceId
    await bound(id)
    await store.transact((tx) => tx.devices.putToken(id, { hash: 'first', expiresAt: tx.now + 3600_000 }))
    await store.transact((tx) => tx.devices.useToken('first'))
    const token = await store.transact((tx) => tx.devices.lockToken('first'))
    expect(token).toMatchObject({ device: id, isUsed: true })
    const device = await store.transact((tx) => tx.devices.find(id))
    expect(device?.aliveUntil).toBe(token?.expiresAt)
  })

  test('wrong codes are counted for each person, one after the other', async () => {
    const count = () =>
      store.transact(async (tx) => {
        const wrong = await tx.deviceLogins.lockWrongCodes(ann)
        await tx.deviceLogins.putWrongCodes(ann, [...wrong, tx.now])
        return wrong.length
      })
    expect((await Promise.all([count(), count(), count(), count()])).toSorted()).toEqual([0, 1, 2, 3])
  })

  test('what is long over is dropped', async () => {
    await asked('old', -3600_001)
    await store.transact((tx) =>
      tx.devices.putToken('dev_token000' as DeviceId, { hash: 'old', expiresAt: tx.now - 1 }),
    )
    await store.tidy()
    expect(await store.transact((tx) => tx.deviceLogins.lock('old'))).toBeUndefined()
    expect(await store.transact((tx) => tx.devices.lockToken('old'))).toBeUndefined()
    expect(await store.transact((tx) => tx.deviceLogins.lock('one'))).toBeDefined()
  })
})
