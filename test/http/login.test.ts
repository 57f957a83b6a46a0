import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { givenDevice } from '../support/logged-in.ts'
import { givenStage, type Stage, yamlWith } from '../threats/b-stage.ts'

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
