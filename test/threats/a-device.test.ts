import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeviceClient } from '../support/device-client.ts'
import { givenAsking, givenDevice } from '../support/logged-in.ts'
import { givenWorld } from '../support/world.ts'
import { givenStage, type Stage } from './b-stage.ts'
import { settled } from './c-stage.ts'

let stage: Stage
/** Of Sam, who decides, and of Ann, who asks. */
let deciders: DeviceClient
let askers: DeviceClient
let id: string

beforeAll(async () => {
  stage = await givenStage()
  deciders = await givenDevice(stage.world, 'U0SAM')
  askers = await givenDevice(stage.world, 'U0ANN')
  id = String((await askers.say('request github:org-admin 30m because')).body['id'])
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

/** Every row, without the notes of which proofs were used. */
async function rows() {
  const all = await settled(stage.sql)
  return { ...all, delivery: all['delivery']?.split('\n').filter((row) => !row.includes('proof:')) }
}

const DECIDING = ['approve', 'APPROVE', '  approve', 'deny', 'Deny', 'deny ']
const PERSONS = ['pending', 'login BCDF-GHJK', 'devices', 'logout dev_00000000']

describe('A14: a device decides nothing', () => {
  test.each([...DECIDING.map((verb) => `${verb} <id> fine`), ...DECIDING.map((verb) => `${verb} <id>`), ...PERSONS])(
    'A14 “%s” from the device of somebody who may decide is 403, and no row changes',
    async (line) => {
      const before = await rows()
      for (const device of [deciders, askers]) {
        const { status, body } = await device.say(line.replace('<id>', id))
        expect([status, body['code']]).toEqual([403, 'device_may_not'])
      }
      expect(await rows()).toEqual(before)
    },
  )

  test.each([
    { line: 'mine', person: 'sam@acme.example' },
    { line: 'mine', as: 'sam@acme.example', approved_by: ['Sam'] },
    { line: 'mine', vote: 'yes', id: 'req_00000000' },
    { command: { verb: 'approve', id: 'req_00000000' } },
    { line: ['approve', 'req_00000000'] },
    [],
    'approve',
  ])('A1 a body with more or other than a line is 400: %o', async (body) => {
    const before = await rows()
    expect((await askers.call('POST', '/api/v1/commands', body)).status).toBe(400)
    expect(await rows()).toEqual(before)
  })

  test('A14 a code that a device shows is not confirmed by another device', async () => {
    const { userCode, device, deviceCode } = await givenAsking(stage.world)
    expect((await askers.say(`login ${userCode}`)).status).toBe(403)
    expect((await device.redeem(deviceCode)).body).toMatchObject({ error: 'authorization_pending' })
  })

  test('A4 what a device asks for is decided by nobody it acts for', async () => {
    const own = String((await givenOwn()).body['id'])
    expect(await stage.say('U0SUE', `approve ${own}`)).toMatch(/Nobody decides their own request/)
    expect(await stage.stateOf(own)).toBe('pending')
    const [event] =
      await stage.sql`select actor, detail from audit_event where subject = ${own} and name = 'request_asked'`
    expect(event).toMatchObject({ actor: 'sue@acme.example', detail: { device: expect.stringMatching(/^dev_/) } })
  })

  test('A15 a device asks no more often than its person may in chat', async () => {
    const world = await givenWorld()
    const device = await givenDevice(world, 'U0BOB')
    const codes = async (times: number) => {
      const said = []
      for (let n = 0; n < times; n++) said.push((await device.say(`request github:team-sre ${31 + said.length}m`)).body)
      return said.map(({ code }) => code ?? 'asked')
    }
    expect(await codes(12)).toEqual([...Array(10).fill('asked'), 'too_many_pending', 'too_many_pending'])
    expect((await codes(30)).at(-1)).toBe('too_many_lines')
    await world.close()
  })
})

async function givenOwn() {
  const device = await givenDevice(stage.world, 'U0SUE')
  return device.say('request github:org-admin 20m')
}
