import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type GithubOrganisation, startGithubOrganisation } from '../doubles/github/organisation.ts'
import { eventually, givenStage, impatient, pause, type Stage, saidIn, writesOf, yamlWith } from './b-stage.ts'

let stage: Stage
let second: GithubOrganisation | undefined
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems, ...(second?.problems ?? [])]
  await second?.close()
  second = undefined
  await stage.close()
  expect(problems).toEqual([])
})

describe('B3: what is done twice is done once', () => {
  test('the provider did it and its answer was lost, on giving and on taking: one write each', async () => {
    stage = await givenStage()
    const { github, world } = stage
    github.faults.next({ method: 'PUT' }, { kind: 'reset', apply: true }, 2)
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    await stage.expire(id)
    await world.until('member again', () => github.roleOf('ann-acme') === 'member')
    await stage.reach(id, 'revoked')
    expect(writesOf(github)).toEqual(['PUT admin ann-acme', 'PUT member ann-acme'])
    const names = await stage.events(id)
    for (const name of ['grant_granting', 'grant_active', 'grant_revoking', 'grant_revoked'])
      expect(names.filter((each) => each === name)).toHaveLength(1)
  })

  test('Slack delivers everything three times: one request, one approval, one grant', async () => {
    stage = await givenStage()
    const { client } = stage.world
    const asked = await client.command('U0ANN', 'request github:org-admin 30m')
    for (const _ of [1, 2]) await client.resend(asked, { 'x-slack-retry-num': '1' })
    const id = /req_[0-9a-z]{8}/.exec(saidIn(asked))?.[0] ?? ''
    const approved = await client.command('U0SAM', `approve ${id}`)
    for (const _ of [1, 2]) await client.resend(approved, { 'x-slack-retry-num': '1' })
    await stage.reach(id, 'active')
    expect(await stage.sql`select id from request`).toHaveLength(1)
    const names = await stage.events(id)
    for (const name of ['request_asked', 'request_approved', 'vote_counted', 'grant_active'])
      expect(names.filter((each) => each === name)).toHaveLength(1)
    expect(writesOf(stage.github)).toEqual(['PUT admin ann-acme'])
  })
})

test('B3: a refusal of the moment does not swallow what the same event does when Slack brings it again', async () => {
  stage = await givenStage()
  const { slack, client, until } = stage.world
  slack.people['U0NEW'] = { name: 'New', email: 'new@acme.example' }
  const told = (words: RegExp) => slack.ephemerals.filter(({ user, text }) => user === 'U0NEW' && words.test(text))
  const first = await client.mention('U0NEW', 'mine')
  await until('the refusal', () => told(/do not know/).length === 1)
  await stage.restart((yaml) =>
    yaml.replace('people:\n', 'people:\n  new@acme.example: { name: New, groups: [platform] }\n'),
  )
  const again = { method: 'POST', headers: first.sent.headers, body: first.sent.body }
  for (const _ of [1, 2]) expect((await fetch(`${stage.world.server.url}/slack/events`, again)).status).toBe(200)
  await until('the answer', () => told(/have nothing/).length === 1)
})

describe('B6: success is never told before it is true', () => {
  test('the provider refuses after the approval: card, thread and record say so', async () => {
    stage = await givenStage()
    const { github, world } = stage
    github.faults.next({ method: 'PUT' }, { kind: 'status', status: 422, message: 'Seats are exhausted' }, 100)
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'revoked')
    await world.until('the card', () => /Not granted: .*Seats are exhausted/.test(stage.cardText(id)))
    await world.until('the thread', () => /Not granted/i.test(stage.thread(id).join('\n')))
    expect(stage.cardHistory(id).join('\n')).not.toMatch(/Ann is Organisation owner.* until/)
    expect(await stage.events(id)).not.toContain('grant_active')
    const [last] = await stage.sql`select detail from audit_event where subject = ${id} and name = 'grant_revoking'`
    expect(last?.detail).toMatchObject({ why: 'failed' })
    expect(github.roleOf('ann-acme')).toBe('member')
  })

  test('the provider answers yes and does nothing: not "active" until a read shows it', async () => {
    stage = await givenStage()
    const { github, world } = stage
    github.faults.next({ method: 'PUT' }, { kind: 'lie' }, 3)
    const seen: string[] = []
    github.onChange(() => seen.push(stage.cardHistory(id).join('\n')))
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    await world.until('the card', () => /Ann is Organisation owner/.test(stage.cardText(id)))
    expect(seen.join('\n')).not.toMatch(/Ann is Organisation owner/)
    expect(github.roleOf('ann-acme')).toBe('admin')
  })

  test('it goes on failing: after 15 minutes the grant ends as failed, and what may come late is taken', async () => {
    stage = await givenStage({ wrapping: impatient({ giveUpMs: 4_000 }) })
    const { github, world } = stage
    github.faults.next({ method: 'PUT', path: /memberships/ }, { kind: 'status', status: 503 }, 8)
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await world.until('trying', () => /Trying: .*503/.test(everOn(id)))
    await stage.reach(id, 'revoking')
    await stage.reach(id, 'revoked')
    await world.until('said', () => /Not granted: .*within 15 minutes/.test(stage.cardText(id)))
    expect(github.roleOf('ann-acme')).toBe('member')
  })
})

/** Nothing while there is no card. */
function everOn(id: string): string {
  return stage.cardText(id) === '' ? '' : stage.cardHistory(id).join('\n')
}

describe('B10: nothing lasts longer than its cap', () => {
  const CAP = 4 * 3600
  const accepted: readonly [string, number][] = [
    ['30m', 1800],
    ['2h30m', 9000],
    ['90s', 90],
    ['PT1H', 3600],
    ['4h', CAP],
    ['', 1800],
  ]
  test.each(accepted)('“%s” is %i seconds', async (words, seconds) => {
    stage = await givenStage()
    const id = await stage.ask('U0ANN', `github:org-admin ${words}`)
    const [row] = await stage.sql`select duration_seconds from request where id = ${id}`
    expect(row?.duration_seconds).toBe(seconds)
  })

  const REFUSED = [
    'PT25H',
    '1d',
    'P1DT99H',
    '1.5h',
    '0',
    '0m',
    '-30m',
    '1e9',
    '1e9m',
    '99999999999999999999h',
    '３０m',
    '30 m',
    '4h1s',
    '30M',
    'Infinity',
    'NaN',
    '0x10m',
    '30m30m',
    '٣٠m',
    '∞',
    '400d',
    '999999d999999h',
  ]
  test('all of these are refused with a way on, and leave no row', async () => {
    stage = await givenStage()
    for (const word of REFUSED) {
      const said = await stage.say('U0ANN', `request github:org-admin ${word}`)
      expect(said, word).toMatch(/is no duration|longer than|at most|shortest/)
      expect(said, word).toMatch(/Try: .*\/thand request github:org-admin/)
    }
    expect(await stage.sql`select id from request`).toHaveLength(0)
  })

  test('whatever is typed, what is granted is at most the cap', async () => {
    stage = await givenStage()
    const unit = fc.constantFrom('s', 'm', 'h', 'd', 'S', 'H', '')
    const number = fc.oneof(fc.nat(500).map(String), fc.constantFrom('1e3', '-1', '١', '0.5', '999999', '00000001'))
    const part = fc.tuple(number, unit).map(([n, u]) => `${n}${u}`)
    const word = fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
      fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `PT${parts.join('').toUpperCase()}`),
      fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/\s/g, '')),
    )
    const run = fc.asyncProperty(word, async (typed) => {
      await stage.world.client.command('U0ANN', `request github:org-admin ${typed}`)
    })
    await fc.assert(run, { numRuns: 120 })
    const rows = await stage.sql`select duration_seconds from request`
    for (const row of rows) {
      expect(row.duration_seconds).toBeGreaterThan(0)
      expect(row.duration_seconds).toBeLessThanOrEqual(CAP)
    }
  })

  test('approving again and again does not move the end', async () => {
    stage = await givenStage()
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    const { expires_at: end } = await stage.grantOf(id)
    for (const user of ['U0SAM', 'U0SUE', 'U0SAM']) {
      expect(await stage.say(user, `approve ${id}`)).toMatch(/already/)
      await stage.world.client.react(user, stage.card(id), 'white_check_mark')
    }
    await pause(200)
    expect((await stage.grantOf(id))['expires_at']).toEqual(end)
    expect((await stage.grantOf(id)).state).toBe('active')
  })
})

test('B12: two seconds are two seconds of access, however late they were approved and given', async () => {
  stage = await givenStage()
  const { github, world } = stage
  const at: number[] = []
  github.onChange((change) => at.push(change.at))
  const id = await stage.ask('U0ANN', 'github:org-admin 2s')
  await pause(2_300)
  github.faults.down = true
  await stage.say('U0SAM', `approve ${id}`)
  await pause(700)
  github.faults.clear()
  await world.until('given and taken', () => at.length === 2)
  const lasted = (at[1] ?? 0) - (at[0] ?? 0)
  expect(lasted).toBeGreaterThan(1_700)
  expect(lasted).toBeLessThan(8_000)
})

describe('B16: a provider that hangs for ever', () => {
  const withSecond = (github: GithubOrganisation, other: GithubOrganisation) =>
    yamlWith(github)
      .replace(
        'roles:\n',
        `  emea:\n    provider: github\n    config: { org: emea, token: "\${env:GITHUB_TOKEN}", api_url: "${other.url}" }\nroles:\n`,
      )
      .replaceAll('providers: [github]', 'providers: [github, emea]')

  test('delays the revokes of no other, in ten grants and in its own revokes', async () => {
    const members = { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' } as const
    const other = await startGithubOrganisation({ org: 'emea', token: 'ghp_test', members, teams: { sre: {} } })
    second = other
    stage = await givenStage({ yaml: (github) => withSecond(github, other) })
    const { github } = stage
    const stuck = await stage.give('U0BOB', 'emea:org-admin 30m')
    await stage.reach(stuck, 'active')
    other.faults.next({}, { kind: 'hang' }, 10_000)
    await stage.expire(stuck)
    for (const user of ['U0ANN', 'U0SUE'])
      for (const role of ['org-admin', 'team-sre']) await stage.give(user, `emea:${role} 30m`)
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    const change = new Promise<number>((resolve) => {
      github.onChange(({ at }) => resolve(at))
    })
    await stage.expire(id)
    const end = ((await stage.grantOf(id))['expires_at'] as Date).getTime()
    const gone = await change
    expect(github.roleOf('ann-acme')).toBe('member')
    expect(gone - end).toBeLessThan(5_000)
    await stage.reach(id, 'revoked')
    expect((await stage.grantOf(stuck)).state).toBe('revoking')
    expect(await stage.say('U0ANN', 'mine')).toContain('Organisation owner')
    other.faults.clear()
    await eventually('the stuck one too', async () => other.roleOf('bob-acme') === 'member', 25_000)
  })
})

describe('B23: the account changes its name, or somebody else takes it', () => {
  test('renamed: the id is followed', async () => {
    stage = await givenStage()
    const { github } = stage
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    github.hands.rename('ann-acme', 'ann-lovelace')
    await stage.expire(id)
    await stage.reach(id, 'revoked')
    expect(github.roleOf('ann-lovelace')).toBe('member')
  })

  test('renamed, and a newcomer took the old name: the newcomer is never touched', async () => {
    stage = await givenStage()
    const { github } = stage
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    github.hands.rename('ann-acme', 'ann-lovelace')
    github.hands.reuseLogin('ann-acme')
    github.hands.setMember('ann-acme', 'admin')
    await stage.expire(id)
    await stage.reach(id, 'revoked')
    expect(github.roleOf('ann-lovelace')).toBe('member')
    expect(github.roleOf('ann-acme')).toBe('admin')
    expect(writesOf(github)).toEqual(['PUT admin ann-acme', 'PUT member ann-lovelace'])
  })

  test('deleted, and a newcomer took the name: not touched, the grant is over, and nothing new is given to the name', async () => {
    stage = await givenStage()
    const { github, world } = stage
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    github.hands.reuseLogin('ann-acme')
    github.hands.setMember('ann-acme', 'admin')
    await stage.expire(id)
    await stage.reach(id, 'revoked')
    expect(github.roleOf('ann-acme')).toBe('admin')
    expect(writesOf(github)).toHaveLength(1)
    const again = await stage.give('U0ANN', 'github:team-sre 30m')
    await stage.reach(again, 'revoked')
    await world.until('said', () => /another GitHub account now/.test(stage.cardText(again)))
    expect(writesOf(github)).toHaveLength(1)
  })
})
