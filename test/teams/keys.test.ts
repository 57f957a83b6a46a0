import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'

let teams: TeamsWorld
afterEach(() => teams.close())

test('fifty activities before the keys are known ask for them once', async () => {
  teams = await givenTeams()
  const { tenant, client } = teams
  tenant.faults.next('metadata', { kind: 'slow', delayMs: 200 })
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => client.say('ann', 'help', { extra: { type: 'typing' } })),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const asked = tenant.calls.filter(({ path }) => path === '/keys' || path.endsWith('openidconfiguration'))
  expect(asked).toHaveLength(2)
})

test('keys that cannot be had: 503, soon, and not asked for again by everybody', async () => {
  teams = await givenTeams()
  const { tenant, client } = teams
  tenant.faults.next('metadata', { kind: 'status', status: 500 }, 99)
  expect((await client.say('ann', 'help')).status).toBe(503)
  for (let n = 0; n < 20; n++) expect((await client.say('ann', 'help')).status).toBe(503)
  expect(tenant.calls.filter(({ path }) => path.endsWith('openidconfiguration'))).toHaveLength(1)
  // What was never meant for us costs nobody a question.
  expect((await client.say('ann', 'help', { signing: { audience: 'another' } })).status).toBe(401)
})

test('a metadata document that hangs', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  teams = await givenTeams({ env: { BotOpenIdMetadata: `http://127.0.0.1:${port}/hangs` } })
  const began = performance.now()
  expect((await teams.client.say('ann', 'help')).status).toBe(503)
  expect(performance.now() - began).toBeGreaterThan(4_000)
  expect((await teams.client.say('ann', 'help')).status).toBe(503)
  silent.close()
})
