import { afterEach, expect, test } from 'vitest'
import type { SlackClient } from '../doubles/slack/client.ts'
import type { World } from '../support/world.ts'
import { eventually, givenStage, pause, type Stage, writesOf } from './b-stage.ts'

let stage: Stage
let older: World['server'] | undefined
afterEach(async () => {
  await older?.stop()
  older = undefined
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

/** A second replica starts with a newer configuration; the first one runs on with what it has. */
async function supersede(change: (yaml: string) => string): Promise<SlackClient> {
  const { server, client } = stage.world
  older = server
  stage.reconfigure(change)
  await stage.world.start()
  return client
}

const SHORTER = (yaml: string) => yaml.replace('max_duration: 4h', 'max_duration: 2h')

test('B26: a replica whose configuration is not the last one decides nothing, says so, and is not ready', async () => {
  stage = await givenStage()
  const id = await stage.ask('U0ANN', 'github:team-sre 30m')
  const client = await supersede(SHORTER)
  for (const line of [`approve ${id}`, 'request github:team-sre 20m'])
    expect(await stage.say('U0SUE', line, client)).toMatch(/configuration/)
  expect(await stage.stateOf(id)).toBe('pending')
  const readyz = await fetch(`${older?.url}/readyz`)
  expect([readyz.status, await readyz.json()]).toEqual([503, { status: 'not_ready', missing: ['configuration'] }])
  expect((await fetch(`${stage.world.server.url}/readyz`)).status).toBe(200)
  await stage.say('U0SUE', `approve ${id}`)
  await stage.reach(id, 'active')
})

test('B26: alone, it begins nothing that was approved, and takes away what has ended', async () => {
  stage = await givenStage()
  const { github } = stage
  const ends = await stage.give('U0ANN', 'github:team-sre 20s')
  await stage.reach(ends, 'active')
  await supersede(SHORTER)
  github.faults.next({ path: /memberships\/bob-acme/ }, { kind: 'status', status: 503 }, 10_000)
  const waits = await stage.give('U0BOB', 'github:team-sre 30m')
  await eventually('prepared', async () => (await stage.events(waits)).includes('grant_prepared'))
  await stage.world.server.stop()
  github.faults.clear()
  await stage.sql`update access_grant set expires_at = now() where id = ${ends}`
  await stage.reach(ends, 'revoked')
  await pause(1_500)
  expect((await stage.grantOf(waits)).state).toBe('planned')
  expect(writesOf(github).filter((write) => write.includes('bob-acme'))).toEqual([])
  await stage.world.start()
  await stage.reach(waits, 'active')
})
