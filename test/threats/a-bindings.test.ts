import { afterEach, describe, expect, test } from 'vitest'
import { PEOPLE } from '../support/world.ts'
import { configWith } from './a-stage.ts'
import { eventually, givenStage, type Stage } from './b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

/** Of bindings, in the direct messages of the account. */
function toldTo(account: string): readonly string[] {
  const direct = [...stage.world.slack.messages.values()].filter((each) => each.channel === `D${account.slice(1)}`)
  return direct.map((each) => stage.world.text(each)).filter((text) => /from now on/.test(text))
}

async function given(authority: string): Promise<void> {
  stage = await givenStage({
    people: { ...PEOPLE, U0SAM2: { name: 'Sam', email: 'sam@acme.example' } },
    yaml: (github) => configWith(github, { top: authority }),
  })
}

describe('A10, A17: whom an account was taken for is told to the administrators', () => {
  test('once, at the first contact, with the account and the address; a refused account is no binding', async () => {
    await given('authority: { administrators: { users: [sue@acme.example] } }\n')
    for (const user of ['U0SAM', 'U0SAM', 'U0SAM2']) await stage.say(user, 'mine')
    await stage.world.until('Sue is told', () => toldTo('U0SUE').length > 0)
    expect(toldTo('U0SUE')).toHaveLength(1)
    expect(toldTo('U0SUE')[0]).toMatch(/`U0SAM` is Sam from now on[\s\S]*sam@acme\.example[\s\S]*accounts/)
    expect(toldTo('U0SAM')).toEqual([])
    const done = () => stage.sql`select id from notice where sent_at is not null and next_try_at is null`
    await eventually('it is marked as sent', async () => (await done()).length === 1)
  })

  test('a message that is not taken is sent again', async () => {
    await given('authority: { administrators: { users: [sue@acme.example] } }\n')
    stage.world.slack.faults.failNext('chat.postMessage', { kind: 'http500' })
    await stage.say('U0SAM', 'mine')
    await eventually('a failed try', async () => (await stage.sql`select id from notice where tries = 1`).length === 1)
    await stage.world.until('it failed', () => stage.world.log.some((line) => line.includes('notice_not_sent')))
    expect(toldTo('U0SUE')).toEqual([])
    await stage.sql`update notice set next_try_at = now()`
    await stage.world.until('Sue is told', () => toldTo('U0SUE').length === 1)
  })

  test('where there is no administrator nobody is told, and where the configuration names the account there is no need', async () => {
    await given('')
    await stage.say('U0SAM', 'mine')
    await stage.restart((yaml) =>
      `${yaml}authority: { administrators: { users: [sue@acme.example] } }\n`.replace(
        'github: ann-acme',
        'github: ann-acme, slack: U0ANN',
      ),
    )
    for (const user of ['U0SAM', 'U0ANN']) await stage.say(user, 'mine')
    expect((await stage.sql`select id from notice`).length).toBe(0)
  })
})
