import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buttonsOf, plainTextOf } from '../doubles/slack/reading.ts'
import type { SlackView } from '../doubles/slack/workspace.ts'
import { PEOPLE } from '../support/world.ts'
import { eventually, givenStage, type Stage } from '../threats/b-stage.ts'
import { markupIn } from '../threats/c-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await givenStage({
    people: {
      ...PEOPLE,
      U0NEW: { name: 'New', email: 'new@acme.example' },
      U0GUEST: { name: 'G', isRestricted: true },
    },
  })
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const find = (user: string): SlackView | undefined =>
  stage.world.slack.views.find((each) => each.user === user && each.view['type'] === 'home')
const homeOf = (user: string): SlackView => find(user) ?? raise(`no home of ${user}`)
function raise(why: string): never {
  throw new Error(why)
}
const textOf = (user: string) => (find(user) === undefined ? '' : plainTextOf(homeOf(user)))
const shows = (user: string, words: RegExp) => stage.world.until(`${user}: ${words}`, () => words.test(textOf(user)))
const last = () => stage.world.slack.views.filter((each) => each.view['type'] === 'modal').at(-1)

async function open(user: string): Promise<void> {
  const before = find(user)?.hash
  expect((await stage.world.client.openHome(user)).status).toBe(200)
  await stage.world.until('a page', () => find(user) !== undefined && homeOf(user).hash !== before)
}

describe('a page of one’s own', () => {
  test('of somebody who has nothing yet says so, and opens the form', async () => {
    await open('U0ANN')
    expect(textOf('U0ANN')).toMatch(/You hold\nNothing at the moment/)
    await stage.world.client.press('U0ANN', homeOf('U0ANN'), 'Request access…')
    await stage.world.until('the form', () => /What do you need/.test(plainTextOf(last() ?? homeOf('U0ANN'))))
  })

  test('follows a request from asking to its end without being opened again, on every side, and can do all that is to do', async () => {
    await open('U0ANN')
    await open('U0SAM')
    await open('U0BOB')
    const { world } = stage
    const ofBob = homeOf('U0BOB').hash
    const id = await stage.ask('U0ANN', 'github:org-admin 30m *bold* <!channel> <https://evil.example|Approve>')
    await shows('U0SAM', /Ann asks for Organisation owner at GitHub acme for 30 minutes/)
    await shows('U0ANN', /You asked, not decided yet\n.*Organisation owner/s)
    expect(markupIn([homeOf('U0SAM').view, homeOf('U0ANN').view])).toEqual([])
    expect(textOf('U0SAM')).toContain('> *bold* <!channel> <https://evil.example|Approve>')
    await world.client.press('U0SAM', homeOf('U0SAM'), 'Approve')
    await world.until('the answer', () => /Your approval is counted/.test(plainTextOf(last() ?? homeOf('U0SAM'))))
    await shows('U0ANN', /You are Organisation owner at GitHub acme until \d\d:\d\d UTC\n(29|30) minutes left/)
    await shows('U0SAM', /Waits for your vote\nNothing/)
    await world.client.press('U0ANN', homeOf('U0ANN'), 'End now')
    await stage.reach(id, 'revoked')
    await shows('U0ANN', /Before\nEnded .*member again, checked at GitHub/s)
    await shows('U0ANN', /You hold\nNothing/)
    // It concerned nobody else.
    expect(homeOf('U0BOB').hash).toBe(ofBob)
  })

  test('denies with a reason, by the form', async () => {
    await open('U0SUE')
    const id = await stage.ask('U0BOB', 'github:org-admin 20m')
    await shows('U0SUE', /Bob asks for/)
    await stage.world.client.press('U0SUE', homeOf('U0SUE'), 'Deny…')
    const form = await stage.world.until('the form', () =>
      last()?.view['callback_id'] === 'thand:deny' ? last() : undefined,
    )
    await stage.world.client.submitView('U0SUE', form, { reason: 'not today' })
    expect(await stage.stateOf(id)).toBe('denied')
    await shows('U0SUE', /Waits for your vote\nNothing/)
  })

  test('stays within what Slack takes, however much there is', async () => {
    const asked: string[] = []
    for (let n = 1; n <= 14; n++) asked.push(await stage.ask('U0BOB', `github:team-sre ${n}m ${'&<"'.repeat(400)}`))
    await open('U0SUE')
    await open('U0BOB')
    await shows('U0SUE', /… and 6 more: `\/thand pending`/)
    await shows('U0BOB', /… and 9 more: `\/thand mine`/)
    for (const id of asked) await stage.say('U0BOB', `cancel ${id}`)
  })
})

describe('a page that Slack does not take at once', () => {
  test('comes when Slack has said it may', async () => {
    stage.world.slack.faults.failNext('views.publish', { kind: 'rate_limited', retryAfterSeconds: 1, times: 2 })
    await open('U0ANN')
    stage.world.slack.faults.failNext('views.publish', { kind: 'http500', times: 1 })
    await open('U0ANN')
    await eventually('nothing left to do', async () => {
      const [row] = await stage.sql`select next_publish_at from home_view where person = 'ann@acme.example'`
      return row?.next_publish_at === null
    })
  })

  test('that nobody opened lately is not drawn again', async () => {
    await open('U0ANN')
    await stage.sql`update home_view set opened_at = now() - interval '2 hours'`
    const before = stage.world.slack.calls.filter(({ method }) => method === 'views.publish').length
    const id = await stage.ask('U0ANN', 'github:team-sre 45m')
    await stage.say('U0ANN', `cancel ${id}`)
    await eventually('looked at', async () => {
      const rows = await stage.sql`select id from request where is_new_to_homes`
      return rows.length === 0
    })
    expect(stage.world.slack.calls.filter(({ method }) => method === 'views.publish')).toHaveLength(before)
  })
})

describe('a page of somebody else', () => {
  test('whom nobody knows has the lines that mend it, and nothing of anybody', async () => {
    await stage.world.client.openHome('U0NEW')
    await shows('U0NEW', /I do not know new@acme.example\n.*new@acme.example: \{ name/s)
    await stage.world.client.openHome('U0GUEST')
    await shows('U0GUEST', /may not use Thand/)
    expect(textOf('U0NEW') + textOf('U0GUEST')).not.toMatch(/Ann|Organisation owner|req_/)
    expect(buttonsOf(homeOf('U0NEW'))).toEqual([])
  })

  test('A17: an account that is not the person’s any more loses what stood there', async () => {
    await open('U0ANN')
    expect(textOf('U0ANN')).toMatch(/Before/)
    await stage.restart((yaml) => yaml.replace('github: ann-acme }', 'github: ann-acme, slack: U0OTHER }'))
    await stage.sql`update home_view set next_publish_at = now() where person = 'ann@acme.example'`
    await shows('U0ANN', /I do not know/)
    expect(textOf('U0ANN')).not.toMatch(/Before|req_/)
    await stage.restart((yaml) => yaml.replace(', slack: U0OTHER', ''))
  })

  test('the messages tab is no page', async () => {
    const before = stage.world.slack.calls.length
    expect((await stage.world.client.openHome('U0SAM', { tab: 'messages' })).status).toBe(200)
    expect(stage.world.slack.calls.slice(before).filter(({ method }) => method === 'views.publish')).toEqual([])
  })
})
