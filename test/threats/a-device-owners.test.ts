import { afterEach, describe, expect, test } from 'vitest'
import { DeviceClient } from '../support/device-client.ts'
import { givenDevice } from '../support/logged-in.ts'
import { PEOPLE } from '../support/world.ts'
import { eventually, givenStage, type Stage } from './b-stage.ts'

let stage: Stage
const others: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const other of others.splice(0)) await other.stop()
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

/** The same machine, calling the server that runs now. */
function movedTo(url: string, device: DeviceClient): DeviceClient {
  const moved = new DeviceClient(url, device.key)
  moved.tokens = device.tokens
  return moved
}

describe('whose device it is', () => {
  test('A13 somebody whom the configuration names no more has no device: refused at once, and ended', async () => {
    stage = await givenStage()
    const device = await givenDevice(stage.world, 'U0BOB')
    await stage.restart((yaml) => yaml.replace(/ {2}bob@acme.*\n/, ''))
    const moved = movedTo(stage.world.server.url, device)
    expect((await moved.get('/sessions')).body).toMatchObject({ status: 401, code: 'device_ended' })
    expect((await moved.refresh()).body).toMatchObject({ error: 'invalid_grant' })
    await eventually('its end', async () => (await stage.events(device.id)).includes('device_ended'))
    await stage.restart((yaml) =>
      yaml.replace('people:\n', 'people:\n  bob@acme.example: { name: Bob, groups: [platform] }\n'),
    )
    expect((await movedTo(stage.world.server.url, device).get('/sessions')).status).toBe(401)
  })

  test.each([
    [
      'names another account for its person',
      (yaml: string) => yaml.replace('github: bob-acme', 'github: bob-acme, slack: U0REAL'),
    ],
    [
      'gives the account to somebody else',
      (yaml: string) => yaml.replace('github: sue-acme', 'github: sue-acme, slack: U0BOB'),
    ],
  ])(
    'A10 an account that was taken for the wrong person keeps no device when the configuration %s',
    async (_what, change) => {
      stage = await givenStage({ people: { ...PEOPLE, U0REAL: { name: 'Bob', email: 'bob@acme.example' } } })
      const device = await givenDevice(stage.world, 'U0BOB')
      await stage.restart(change)
      const moved = movedTo(stage.world.server.url, device)
      expect((await moved.say('request github:org-admin 30m')).body).toMatchObject({
        status: 401,
        code: 'device_ended',
      })
      expect((await moved.refresh()).body).toMatchObject({ error: 'invalid_grant' })
      const [row] = await stage.sql`select count(*)::int as n from request`
      expect(row?.n).toBe(0)
    },
  )

  test('B26 a server that has not the newest configuration does not say that a device is logged out', async () => {
    stage = await givenStage({ people: { ...PEOPLE, U0ZED: { name: 'Zed', email: 'zed@acme.example' } } })
    const old = stage.world.server
    others.push(old)
    stage.reconfigure((yaml) =>
      yaml.replace('people:\n', 'people:\n  zed@acme.example: { name: Zed, groups: [platform] }\n'),
    )
    await stage.world.start()
    const device = await givenDevice(stage.world, 'U0ZED')
    const behind = movedTo(old.url, device)
    expect((await behind.get('/sessions')).body).toMatchObject({ status: 503, code: 'configuration_superseded' })
    expect((await behind.refresh()).body).toMatchObject({ status: 503, code: 'configuration_superseded' })
    device.keep(await device.refresh())
    expect((await device.get('/sessions')).status).toBe(200)
  })
})
