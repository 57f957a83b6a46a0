import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeviceClient, newDeviceKey } from '../support/device-client.ts'
import { givenDevice } from '../support/logged-in.ts'
import { givenWorld, type World } from '../support/world.ts'
import { givenStage, type Stage, saidIn, yamlWith } from '../threats/b-stage.ts'

const ADMINISTRATOR = 'authority: { administrators: { users: [sue@acme.example] } }\n'
let stage: Stage
beforeAll(async () => {
  stage = await givenStage({ yaml: (github) => `${yamlWith(github)}${ADMINISTRATOR}` })
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

describe('the agent pulls its session', () => {
  test('a device is logged in by chat, asks, sees what it was given, and ends it', async () => {
    const device = await givenDevice(stage.world, 'U0ANN')
    const asked = await device.say('request github:org-admin 30m fix billing')
    expect([asked.status, asked.body]).toEqual([200, expect.objectContaining({ id: expect.stringMatching(/^req_/) })])
    const id = String(asked.body['id'])
    await stage.world.client.command('U0SAM', `approve ${id}`)
    await stage.reach(id, 'active')
    const { body } = await device.get(`/sessions/${id}`)
    expect(body).toMatchObject({ id, state: 'active', role: 'github:org-admin', target: 'org:acme = owner' })
    expect((await device.get('/sessions')).body).toMatchObject({ sessions: [{ id }] })
    expect((await device.say(`end ${id}`)).status).toBe(200)
    await stage.reach(id, 'revoked')
    expect((await device.get('/sessions')).body).toEqual({ sessions: [] })
    expect((await device.get('/sessions?all=true')).body).toMatchObject({
      sessions: [{ id, ended_how: 'ended_early' }],
    })
  })
})

describe('a new device', () => {
  test('may have a key on Ed25519', async () => {
    const device = await givenDevice(stage.world, 'U0ANN', await newDeviceKey('EdDSA'))
    expect((await device.get('/devices')).status).toBe(200)
    device.keep(await device.refresh())
    expect((await device.say('mine')).status).toBe(200)
  })

  test('C9 the card names the address that asked: one that a header claims only when a trusted proxy says so', async () => {
    const addressShown = async (world: World) => {
      const asking = new DeviceClient(world.server.url, await newDeviceKey())
      const key = JSON.stringify(asking.key.jwk)
      const fields = { client_id: 'thand', device_name: 'laptop', host_name: 'host', device_key: key }
      const headers = { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.8', 'x-real-ip': '203.0.113.9' }
      const { body } = await asking.form('/api/v1/device_authorization', fields, { proof: null, headers })
      const said = saidIn(await world.client.command('U0ANN', `login ${body['user_code']}`))
      return /asked from `?([\d.]+)/.exec(said)?.[1]
    }
    expect(await addressShown(stage.world)).toBe('127.0.0.1')
    const behind = await givenWorld({ env: { THAND_TRUSTED_PROXIES: '127.0.0.1/32' } })
    expect(await addressShown(behind)).toBe('203.0.113.7')
    await behind.close()
  })

  test('its owner and the administrators are told of a new device, directly', async () => {
    const device = await givenDevice(stage.world, 'U0BOB')
    const told = (channel: string) =>
      [...stage.world.slack.messages.values()].some(
        (each) => each.channel === channel && stage.world.text(each).includes(device.id),
      )
    await stage.world.until('Bob is told', () => told('D0BOB'))
    await stage.world.until('Sue is told', () => told('D0SUE'))
    expect(told('D0SAM')).toBe(false)
  })
})
