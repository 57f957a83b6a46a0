import { afterEach, describe, expect, test } from 'vitest'
import type { GithubOrganisation } from '../doubles/github/organisation.ts'
import { givenStage, impatient, type Stage, writesOf } from './b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const alarms = (id: string) => stage.world.log.filter((line) => line.includes('revoke_overdue') && line.includes(id))

/** The revoke cannot be done: overdue is shown, people are called, the log has an error, and nobody reads "revoked". */
async function isOverdue(id: string): Promise<void> {
  const { until } = stage.world
  await until('the alarm in the thread', () => /should have ended/.test(stage.thread(id).join('\n')))
  await until('the overdue card', () => /Still owner.*Ann should not be/.test(stage.cardText(id)))
  expect(stage.thread(id).find((line) => line.includes('should have ended'))).toMatch(/@Sam.*@Sue/)
  expect(alarms(id).map((line) => (JSON.parse(line) as { level: number }).level)).toEqual([50])
  expect((await stage.grantOf(id)).state).toBe('revoking')
  expect(await stage.events(id)).toContain('grant_overdue')
  expect(await stage.events(id)).not.toContain('grant_revoked')
  expect(stage.cardHistory(id).join('\n')).not.toContain('Ended')
}

describe('a revoke that fails is not final', () => {
  const failures: readonly [string, (github: GithubOrganisation) => void, RegExp][] = [
    [
      'B5: the provider is down at expiry',
      ({ faults }) => Object.assign(faults, { down: true }),
      /GitHub answered 503/,
    ],
    [
      'B5: our credential is refused at expiry',
      ({ faults }) => Object.assign(faults, { unauthorized: true }),
      /credential/,
    ],
    [
      'B24: our credential went half blind, and everything is a 404',
      ({ state }) => Object.assign(state, { blind: true }),
      /see/,
    ],
  ]
  test.each(failures)('%s: alarmed, never "revoked", gone soon after it is mended', async (_name, breakIt, why) => {
    stage = await givenStage({ wrapping: impatient({ overdueMs: 1_200 }) })
    const { github } = stage
    const { until } = stage.world
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    breakIt(github)
    await stage.expire(id)
    await isOverdue(id)
    expect(stage.cardText(id)).toMatch(why)
    expect(github.roleOf('ann-acme')).toBe('admin')

    github.faults.clear()
    github.state.blind = false
    await until('member again', () => github.roleOf('ann-acme') === 'member')
    await until('the card says it', () => /Ended .*Ann is member again, checked/.test(stage.cardText(id)))
    expect(alarms(id)).toHaveLength(1)
    expect(writesOf(github)).toEqual(['PUT admin ann-acme', 'PUT member ann-acme'])
  })

  test('B19: the last owner cannot be demoted: it is alarmed with the vendor’s reason, and done once there is another', async () => {
    stage = await givenStage({ wrapping: impatient({ overdueMs: 1_200 }) })
    const { github } = stage
    const { until } = stage.world
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    for (const login of ['sam-acme', 'thand-bot']) github.hands.setMember(login, 'member')
    await stage.expire(id)
    await isOverdue(id)
    expect(stage.cardText(id)).toContain('at least one owner')
    expect(github.roleOf('ann-acme')).toBe('admin')
    github.hands.setMember('sam-acme', 'admin')
    await until('member again', () => github.roleOf('ann-acme') === 'member')
    await stage.reach(id, 'revoked')
  })
})

test('B5: where no channel shows the card, the alarm goes to those who can act', async () => {
  const channels = { C0ACCESS: { isMember: false } }
  stage = await givenStage({ wrapping: impatient({ overdueMs: 1_200 }), channels })
  const { until } = stage.world
  const id = await stage.give('U0ANN', 'github:org-admin 30m')
  await stage.reach(id, 'active')
  stage.github.faults.down = true
  await stage.expire(id)
  const said = (user: string) =>
    [...stage.world.slack.messages.values()]
      .filter((each) => each.channel === `D0${user}`)
      .map((each) => stage.world.text(each))
      .join('\n')
  for (const user of ['SAM', 'SUE'])
    await until(`${user} is told`, () => /Still owner/.test(said(user)) && /should have ended/.test(said(user)))
  expect(said('BOB')).toBe('')
  stage.github.faults.clear()
  await stage.reach(id, 'revoked')
})

test('B15: what ran out while nothing ran is revoked at once after the start', async () => {
  stage = await givenStage()
  const { github, world } = stage
  const id = await stage.give('U0ANN', 'github:org-admin 30m')
  await stage.reach(id, 'active')
  await world.server.stop()
  await stage.expire(id)
  expect(github.roleOf('ann-acme')).toBe('admin')
  await world.start()
  const started = performance.now()
  await world.until('member again', () => github.roleOf('ann-acme') === 'member')
  expect(performance.now() - started).toBeLessThan(8_000)
  await stage.reach(id, 'revoked')
})

describe('B22: the provider left the configuration under a live grant', () => {
  const changes: readonly [string, (yaml: string) => string][] = [
    ['pointed at another organisation', (yaml) => yaml.replace('org: acme,', 'org: other,')],
    [
      'removed',
      (yaml) =>
        yaml.replace('  github:\n', '  gh2:\n').replaceAll('[github]', '[gh2]').replace('org: acme,', 'org: other,'),
    ],
  ]
  test('under another key it is the same system still, and the revoke goes on there', async () => {
    stage = await givenStage()
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    await stage.restart((yaml) => yaml.replace('  github:\n', '  gh2:\n').replaceAll('[github]', '[gh2]'))
    await stage.expire(id)
    await stage.world.until('member again', () => stage.github.roleOf('ann-acme') === 'member')
    await stage.reach(id, 'revoked')
  })

  test.each(changes)('%s: never called for it, never "revoked", overdue, named at start', async (_name, change) => {
    stage = await givenStage({ wrapping: impatient({ overdueMs: 500 }) })
    const { github, world } = stage
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    const calls = () => github.journal.filter((entry) => !entry.path.startsWith('/user')).length
    const before = calls()
    const named = (at: number) =>
      world.log.slice(at).some((line) => /grant_unreachable/.test(line) && line.includes(id))
    const at = world.log.length
    const original = { yaml: '' }
    await stage.restart((yaml) => {
      original.yaml = yaml
      return change(yaml)
    })
    expect(named(at)).toBe(true)
    expect(await stage.say('U0ANN', `show ${id}`)).not.toMatch(/nothing was changed|nothing will be taken/)
    await stage.expire(id)
    await world.until('overdue', () => /should have ended/.test(stage.thread(id).join('\n')))
    await world.until('the card says why', () => /Still .*not configured/s.test(stage.cardText(id)))
    expect(alarms(id)).toHaveLength(1)
    expect((await stage.grantOf(id)).state).toBe('revoking')
    expect(calls()).toBe(before)
    expect(github.roleOf('ann-acme')).toBe('admin')

    await stage.restart(() => original.yaml)
    await stage.sql`update slot set next_try_at = now()`
    await world.until('member again', () => github.roleOf('ann-acme') === 'member')
    await stage.reach(id, 'revoked')
  })
})
