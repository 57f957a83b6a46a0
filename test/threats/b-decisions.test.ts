import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { SlackClient } from '../doubles/slack/client.ts'
import { eventually, givenStage, pause, type Stage, writesOf, yamlWith } from './b-stage.ts'

let stage: Stage
let others: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const other of others) await other.stop()
  others = []
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

/** Two servers on one database; what is said goes through either. */
async function twoServers(): Promise<readonly [SlackClient, SlackClient]> {
  const first = { client: stage.world.client, server: stage.world.server }
  await stage.world.start()
  others.push(first.server)
  return [first.client, stage.world.client]
}

const ACTIONS = ['approve', 'deny', 'cancel', 'lapse'] as const
type Action = (typeof ACTIONS)[number]
const ENDS: Readonly<Record<Action, string>> = {
  approve: 'approved',
  deny: 'denied',
  cancel: 'cancelled',
  lapse: 'lapsed',
}
const DECISIONS = Object.values(ENDS).map((state) => `request_${state}`)

/** Time passes for this request: lapsing is the sweeper's, nudged. */
async function lapse(id: string): Promise<string> {
  await stage.sql`update request set lapses_at = now() where id = ${id}`
  await stage.sql`select pg_notify('thand_nudge', '')`
  await eventually('decided', async () => (await stage.stateOf(id)) !== 'pending')
  return ''
}

function act(client: SlackClient, action: Action, id: string, voter = 'U0SAM'): Promise<string> {
  if (action === 'lapse') return lapse(id)
  return stage.say(action === 'cancel' ? 'U0ANN' : voter, `${action} ${id}`, client)
}

async function decidedOnce(id: string): Promise<void> {
  const state = await stage.stateOf(id)
  expect((await stage.events(id)).filter((name) => DECISIONS.includes(name))).toEqual([`request_${state}`])
  expect((await stage.grantOf(id)).state !== 'none').toBe(state === 'approved')
}

const PAIRS = ACTIONS.flatMap((first) => ACTIONS.map((second) => [first, second] as const))

describe('B2: two things happen to one pending request, through two servers', () => {
  test('one after the other, every pair in both orders: the first decides, the second is told so', async () => {
    stage = await givenStage()
    const [one, other] = await twoServers()
    for (const [first, second] of PAIRS) {
      const id = await stage.ask('U0ANN', 'github:team-sre 30m', one)
      await act(one, first, id)
      expect(await stage.stateOf(id), `${first}, then ${second}`).toBe(ENDS[first])
      const said = await act(other, second, id, 'U0SUE')
      expect(await stage.stateOf(id), `${first}, then ${second}`).toBe(ENDS[first])
      if (second !== 'lapse') expect(said, `${first}, then ${second}`).toMatch(/already/)
      await decidedOnce(id)
      await stage.say('U0ANN', `end ${id}`)
    }
  })

  test('in the same instant, every pair: exactly one of them, recorded once', async () => {
    stage = await givenStage()
    const [one, other] = await twoServers()
    const wins = new Set<string>()
    for (const [first, second] of [...PAIRS, ...PAIRS]) {
      const id = await stage.ask('U0ANN', 'github:team-sre 30m', one)
      await Promise.all([act(one, first, id), act(other, second, id, 'U0SUE')])
      const state = await stage.stateOf(id)
      expect([ENDS[first], ENDS[second]]).toContain(state)
      await decidedOnce(id)
      wins.add(state)
      await stage.say('U0ANN', `end ${id}`)
    }
    expect(wins.size).toBeGreaterThan(2)
  })

  test('any sequence of votes, withdrawals of the request and lapses ends where the model of two votes ends', async () => {
    stage = await givenStage({ yaml: (github) => yamlWith(github, { quorum: 2 }) })
    const clients = await twoServers()
    const voter = fc.constantFrom('U0SAM', 'U0SUE')
    const step = fc.record({ action: fc.constantFrom(...ACTIONS, 'approve' as const), by: voter, server: fc.nat(1) })
    const run = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
      const id = await stage.ask('U0ANN', 'github:team-sre 30m')
      const yes = new Set<string>()
      let expected = 'pending'
      for (const { action, by, server } of steps) {
        if (expected === 'pending') {
          if (action === 'approve') yes.add(by)
          if (action !== 'approve') expected = ENDS[action]
          else if (yes.size === 2) expected = 'approved'
        }
        await act(clients[server] ?? clients[0], action, id, by)
        expect(await stage.stateOf(id)).toBe(expected)
      }
      if (expected === 'pending') await act(clients[0], 'cancel', id)
      await decidedOnce(id)
      await stage.say('U0ANN', `end ${id}`)
    })
    await fc.assert(run, { numRuns: 20 })
  })
})

describe('B9: a request that is over cannot be woken', () => {
  const zombies: readonly [string, (yaml: string) => string, RegExp][] = [
    [
      'the role left the configuration',
      (yaml) => yaml.replace(/ {2}org-admin:\n(?: {4}.*\n)+/, ''),
      /role has changed/,
    ],
    ['the policy was tightened', (yaml) => yaml.replace('quorum: 1', 'quorum: 2'), /role has changed/],
    [
      'the cap was lowered',
      (yaml) => yaml.replace('max_duration: 4h\n    default', 'max_duration: 1h\n    default'),
      /role has changed/,
    ],
    ['who asked has left', (yaml) => yaml.replace(/ {2}ann@acme.*\n/, ''), /role has changed|not known/],
    [
      'its approver is none any more',
      (yaml) => yaml.replace('{ name: Sam, groups: [security]', '{ name: Sam, groups: []'),
      /no such request|not one of those/i,
    ],
  ]
  test.each(zombies)('%s: the approval is answered, and gives nothing', async (_name, change, words) => {
    stage = await givenStage()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await stage.world.until('the card', () => stage.cardText(id) !== '')
    const card = stage.card(id)
    await stage.restart(change)
    const { client } = stage.world
    expect(await stage.say('U0SAM', `approve ${id}`)).toMatch(words)
    await client.react('U0SAM', card, 'white_check_mark')
    await pause(150)
    expect(await stage.stateOf(id)).not.toBe('approved')
    expect((await stage.grantOf(id)).state).toBe('none')
    expect(writesOf(stage.github)).toEqual([])
  })

  test('it lapsed: said, with the time, also before the sweeper has come by', async () => {
    stage = await givenStage()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await stage.sql`update request set lapses_at = now() - interval '1 second' where id = ${id}`
    expect(await stage.say('U0SAM', `approve ${id}`)).toMatch(/already lapsed/)
    expect(await stage.say('U0SUE', `approve ${id}`)).toMatch(/already lapsed/)
    expect(await stage.stateOf(id)).toBe('lapsed')
    expect(await stage.events(id)).toContain('vote_refused')
    expect(writesOf(stage.github)).toEqual([])
  })
})

describe('B26: the role changed on the way', () => {
  const changes: readonly [string, (yaml: string) => string][] = [
    ['what it gives', (yaml) => yaml.replace('["org:admin"]', '["org:member"]')],
    ['its workflow', (yaml) => yaml.replace('quorum: 1', 'quorum: 2')],
    ['where it is', (yaml) => yaml.replace('org: acme,', 'org: other,')],
  ]
  test.each(changes)('%s, between asking and approving: it lapses, and says to ask again', async (_name, change) => {
    stage = await givenStage()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await stage.restart(change)
    expect(await stage.say('U0SAM', `approve ${id}`)).toMatch(/has changed.*Ask again/s)
    expect(await stage.stateOf(id)).toBe('lapsed')
    await stage.world.until('the card says it', () => /Lapsed: the role has changed/.test(stage.cardText(id)))
    expect(stage.cardText(id)).toMatch(/ask again/i)
  })

  test.each(changes)(
    '%s, between approving and granting: nothing is given, and it says to ask again',
    async (_name, change) => {
      stage = await givenStage()
      stage.github.faults.down = true
      const id = await stage.give('U0ANN', 'github:org-admin 30m')
      await stage.reach(id, 'planned')
      await stage.restart(change)
      stage.github.faults.clear()
      await stage.reach(id, 'revoked')
      await stage.world.until('the card says it', () => /Not granted:.*changed.*Ask again/s.test(stage.cardText(id)))
      expect(writesOf(stage.github)).toEqual([])
    },
  )

  test('what it gives, when its slot is prepared and only its first attempt is missing: nothing is given', async () => {
    stage = await givenStage()
    const { github } = stage
    github.faults.next({ path: /memberships\/ann-acme/ }, { kind: 'status', status: 503 }, 1000)
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await eventually('prepared', async () => (await stage.events(id)).includes('grant_prepared'))
    expect((await stage.grantOf(id)).state).toBe('planned')
    await stage.restart((yaml) => yaml.replace('["org:admin"]', '["org:member"]'))
    github.faults.clear()
    await stage.reach(id, 'revoked')
    await stage.world.until('the card says it', () => /Not granted:.*changed.*Ask again/s.test(stage.cardText(id)))
    expect(writesOf(github)).toEqual([])
  })

  test('the same configuration again changes nothing for what is pending', async () => {
    stage = await givenStage()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await stage.restart((yaml) => `# a comment\n${yaml}`)
    await stage.say('U0SAM', `approve ${id}`)
    await stage.reach(id, 'active')
  })
})
