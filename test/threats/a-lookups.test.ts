import { afterEach, describe, expect, test } from 'vitest'
import type { SlackFault } from '../doubles/slack/faults.ts'
import { PEOPLE } from '../support/world.ts'
import { approveBy, cardOf, configWith, decidedOf, NOTHING, PATHS } from './a-stage.ts'
import { givenStage, type Stage, writesOf } from './b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

async function given(): Promise<string> {
  stage = await givenStage({ people: { ...PEOPLE }, yaml: (github) => configWith(github, {}) })
  const id = await stage.ask('U0ANN', 'github:team-sre 30m')
  await cardOf(stage, id)
  return id
}

const FAULTS: Readonly<Record<string, SlackFault>> = {
  'answers with an error of its own': { kind: 'http500' },
  'cuts the connection': { kind: 'reset_before' },
  'cuts the connection after it answered': { kind: 'reset_after' },
  'asks to wait': { kind: 'rate_limited', retryAfterSeconds: 30 },
  'refuses our token': { kind: 'error', error: 'invalid_auth' },
  'has not given us the right to ask': { kind: 'error', error: 'missing_scope' },
  'answers after three seconds': { kind: 'slow', delayMs: 3000 },
}

describe('A11: while the directory cannot be asked nobody is anybody', () => {
  test('whatever it is that fails, on all paths: no vote, no request, and nothing is lost', async () => {
    const id = await given()
    const { client, slack } = stage.world
    for (const [how, fault] of Object.entries(FAULTS)) {
      slack.faults.failNext('users.info', { ...fault, times: 1000 })
      const [asked] = await Promise.all([
        client.command('U0BOB', 'request github:team-sre 30m'),
        ...PATHS.map((path) => approveBy(stage, path, { user: 'U0SAM', id })),
      ])
      if (fault.kind !== 'slow') expect(asked?.text, how).toMatch(/could not check/)
      await stage.world.until(`all of “${how}” answered`, () => failuresLogged() >= 4)
      expect(await decidedOf(stage, id), how).toEqual({ ...NOTHING, refused: [] })
      slack.faults.clear()
      stage.world.log.length = 0
    }
    expect((await stage.sql`select id from request`).length).toBe(1)
    expect((await stage.sql`select account from account_binding`).map((row) => row.account)).toEqual(['U0ANN'])
    await stage.say('U0SAM', `approve ${id}`)
    expect(await stage.stateOf(id)).toBe('approved')
  })

  const failuresLogged = () => stage.world.log.filter((line) => line.includes('lookup_failed')).length

  test('an account that the directory does not know, or has no address for, is nobody', async () => {
    const id = await given()
    const { people } = stage.world.slack
    delete people['U0SUE']
    people['U0SAM'] = { name: 'Sam' }
    for (const user of ['U0SUE', 'U0SAM']) for (const path of PATHS) await approveBy(stage, path, { user, id })
    expect(await decidedOf(stage, id)).toEqual({ ...NOTHING, refused: [] })
  })

  test('it fails between the approval and the grant: nothing is given until it answers', async () => {
    const id = await given()
    const { slack } = stage.world
    stage.github.faults.down = true
    await stage.say('U0SAM', `approve ${id}`)
    slack.faults.failNext('users.info', { kind: 'http500', times: 100_000 })
    // A start forgets what the directory said before.
    await stage.restart()
    stage.github.faults.clear()
    await stage.world.until('the card says it', () => /Trying: the directory cannot be asked/.test(stage.cardText(id)))
    expect((await stage.grantOf(id)).state).toBe('planned')
    expect(writesOf(stage.github)).toEqual([])
    slack.faults.clear()
    await stage.reach(id, 'active')
  })
})
