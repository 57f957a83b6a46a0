import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { givenDevice } from '../support/logged-in.ts'
import { givenStage, type Stage } from '../threats/b-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await givenStage()
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
