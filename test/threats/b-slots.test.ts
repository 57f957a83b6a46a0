import { afterEach, describe, expect, test } from 'vitest'
import type { GithubOrganisationOptions } from '../doubles/github/organisation.ts'
import { eventually, givenStage, pause, pinnedAtOnce, type Stage, writesOf, yamlWith } from './b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const MORE_ROLES = `  team-lead:
    name: SRE lead
    enabled: true
    providers: [github]
    permissions: { allow: [{ operations: ["team:maintainer"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
  both-teams:
    name: Both teams
    enabled: true
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre, ops] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
`
const MEMBERS = { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' } as const

async function given(github: GithubOrganisationOptions = {}): Promise<Stage> {
  stage = await givenStage({
    github: { members: MEMBERS, teams: { sre: {}, ops: {} }, ...github },
    yaml: (double) => yamlWith(double, { roles: MORE_ROLES }),
  })
  return stage
}

const inTeam = (login = 'ann-acme', team = 'sre') => stage.github.state.teams[team]?.[login]

describe('B7: grants that overlap on one slot', () => {
  test('the first to end takes nothing away; the last one does', async () => {
    const { github, world } = await given()
    const short = await stage.give('U0ANN', 'github:org-admin 20m')
    const long = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(short, 'active')
    await stage.reach(long, 'active')
    await stage.expire(short)
    await stage.reach(short, 'revoked')
    expect((await stage.grantOf(long)).state).toBe('active')
    expect(github.roleOf('ann-acme')).toBe('admin')
    await stage.expire(long)
    await stage.reach(long, 'revoked')
    expect(github.roleOf('ann-acme')).toBe('member')
    expect(writesOf(github)).toEqual(['PUT admin ann-acme', 'PUT member ann-acme'])
    await world.until('the card', () => /Ended .*member again/.test(stage.cardText(long)))
  })

  test('two first grants of one person are prepared in the same instant: both pin the one account, and both are given', async () => {
    stage = await givenStage({
      github: { members: MEMBERS, teams: { sre: {}, ops: {} } },
      yaml: (double) => yamlWith(double, { roles: MORE_ROLES }),
      wrapping: pinnedAtOnce(),
    })
    const ids = await Promise.all([
      stage.give('U0ANN', 'github:org-admin 20m'),
      stage.give('U0ANN', 'github:team-sre 20m'),
    ])
    for (const id of ids) await stage.reach(id, 'active')
    expect(stage.github.roleOf('ann-acme')).toBe('admin')
    expect(inTeam()).toBe('member')
    const pins = await stage.sql`select name from audit_event where name = 'subject_bound'`
    expect(pins).toHaveLength(1)
  })

  test('an early end of one leaves the other, at its own level', async () => {
    await given()
    const lead = await stage.give('U0ANN', 'github:team-lead 30m')
    const member = await stage.give('U0ANN', 'github:team-sre 20m')
    await stage.reach(member, 'active')
    await stage.reach(lead, 'active')
    expect(inTeam()).toBe('maintainer')
    await stage.say('U0ANN', `end ${lead}`)
    await stage.reach(lead, 'revoked')
    expect(inTeam()).toBe('member')
    expect((await stage.grantOf(member)).state).toBe('active')
    await stage.expire(member)
    await stage.reach(member, 'revoked')
    expect(inTeam()).toBeUndefined()
  })

  test('team and organisation are two facts: each ends by itself, and an outsider is outside after both', async () => {
    const { github } = await given({ members: { 'sam-acme': 'admin' }, outsiders: ['ann-acme'] })
    const org = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.world.until('invited', () => github.roleOf('ann-acme') === 'pending admin')
    github.hands.acceptInvitation('ann-acme')
    await stage.reach(org, 'active')
    const team = await stage.give('U0ANN', 'github:team-sre 1s')
    await stage.reach(team, 'revoked')
    expect(inTeam()).toBeUndefined()
    expect(github.roleOf('ann-acme')).toBe('admin')
    await stage.expire(org)
    await stage.reach(org, 'revoked')
    expect(github.roleOf('ann-acme')).toBeUndefined()
  })

  test('one begins where the other ends: whatever comes first, what is left is right', async () => {
    const { github } = await given()
    for (const lateMs of [-60, 0, 60]) {
      const first = await stage.give('U0ANN', 'github:org-admin 30m')
      await stage.reach(first, 'active')
      const second = await stage.ask('U0ANN', 'github:org-admin 30m')
      await stage.expire(first, 1_000)
      const end = ((await stage.grantOf(first))['expires_at'] as Date).getTime()
      await pause(end - Date.now() + lateMs)
      await stage.say('U0SAM', `approve ${second}`)
      await stage.reach(second, 'active')
      await stage.reach(first, 'revoked')
      expect(github.roleOf('ann-acme')).toBe('admin')
      await stage.expire(second)
      await stage.reach(second, 'revoked')
      expect(github.roleOf('ann-acme')).toBe('member')
    }
  })
})

describe('B7: random schedules', () => {
  test('at any moment the level is the highest of the live grants and of what was there', async () => {
    const { github } = await given({ teams: { sre: { 'bob-acme': 'member' }, ops: {} } })
    const seed = Number(process.env['SEED'] ?? Date.now() % 100_000)
    const random = generator(seed)
    const standing: Readonly<Record<string, string | undefined>> = { 'bob-acme': 'member' }
    const wrong: string[] = []
    const asked: { readonly login: string; readonly id: string }[] = []
    const one = async (user: string, login: string) => {
      for (let n = 0; n < 3; n++) {
        const role = random() < 0.5 ? 'team-lead' : 'team-sre'
        const id = await stage.give(user, `github:${role} ${1 + Math.floor(random() * 3)}s`)
        asked.push({ login, id })
        await pause(random() * 700)
        if (random() < 0.3) await stage.say(user, `end ${id}`)
      }
    }
    const people = [one('U0ANN', 'ann-acme'), one('U0BOB', 'bob-acme'), one('U0SUE', 'sue-acme')]
    await Promise.all(people)
    const look = async () => {
      const rows = await stage.sql`select g.id, g.state, r.role_key from access_grant g join request r on r.id = g.id`
      for (const login of ['ann-acme', 'bob-acme', 'sue-acme']) {
        const mine = rows.filter((row) => asked.some((each) => each.login === login && each.id === row.id))
        const active = mine.filter((row) => row.state === 'active').map((row) => String(row.role_key))
        const isQuiet = mine.every((row) => row.state === 'active' || row.state === 'revoked')
        const wanted = active.includes('github:team-lead')
          ? 'maintainer'
          : active.length > 0
            ? 'member'
            : standing[login]
        if (isQuiet && inTeam(login) !== wanted) wrong.push(`${login}: ${inTeam(login)} in place of ${wanted}`)
      }
      return rows.length === 9 && rows.every((row) => row.state === 'revoked')
    }
    await eventually('all over', look)
    expect(wrong, `seed ${seed}`).toEqual([])
    expect([inTeam('ann-acme'), inTeam('bob-acme'), inTeam('sue-acme')]).toEqual([undefined, 'member', undefined])
    expect(github.roleOf('ann-acme')).toBe('member')
  })
})

function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

describe('B17: what was there before us is not ours to take', () => {
  test('a member of the team stays one', async () => {
    const { github } = await given({ teams: { sre: { 'ann-acme': 'maintainer' }, ops: {} } })
    const id = await stage.give('U0ANN', 'github:team-sre 1s')
    await stage.reach(id, 'revoked')
    expect(inTeam()).toBe('maintainer')
    expect(writesOf(github)).toEqual([])
  })

  test('an outsider who accepted leaves; an invitation that is pending is withdrawn', async () => {
    const { github, world } = await given({ members: { 'sam-acme': 'admin' }, outsiders: ['ann-acme', 'bob-acme'] })
    const ann = await stage.give('U0ANN', 'github:org-admin 30m')
    const bob = await stage.give('U0BOB', 'github:org-admin 5s')
    await world.until('invited', () => github.roleOf('ann-acme') === 'pending admin')
    await world.until('invited', () => github.roleOf('bob-acme') === 'pending admin')
    github.hands.acceptInvitation('ann-acme')
    await stage.reach(ann, 'active')
    await stage.reach(bob, 'revoked')
    expect(github.roleOf('bob-acme')).toBeUndefined()
    await stage.expire(ann)
    await stage.reach(ann, 'revoked')
    expect(github.roleOf('ann-acme')).toBeUndefined()
  })
})

describe('B25: it was gone already when its time was up', () => {
  const changes: readonly [string, string, () => void, () => unknown][] = [
    [
      'somebody made her a member again',
      'github:org-admin 30m',
      () => stage.github.hands.setMember('ann-acme', 'member'),
      () => stage.github.roleOf('ann-acme') === 'member',
    ],
    [
      'she left the organisation',
      'github:org-admin 30m',
      () => stage.github.hands.setMember('ann-acme', undefined),
      () => stage.github.roleOf('ann-acme') === undefined,
    ],
    [
      'she left, and with it the team',
      'github:team-lead 30m',
      () => stage.github.hands.setMember('ann-acme', undefined),
      () => stage.github.roleOf('ann-acme') === undefined && inTeam() === undefined,
    ],
    [
      'somebody took her out of the team',
      'github:team-lead 30m',
      () => stage.github.hands.setTeam('sre', 'ann-acme', undefined),
      () => inTeam() === undefined && stage.github.roleOf('ann-acme') === 'member',
    ],
  ]
  test.each(changes)('%s: the revoke raises nothing and invites nobody', async (_name, words, change, isLeft) => {
    const { github } = await given()
    const id = await stage.give('U0ANN', words)
    await stage.reach(id, 'active')
    const before = writesOf(github).length
    change()
    await stage.expire(id)
    await stage.reach(id, 'revoked')
    expect(isLeft()).toBe(true)
    expect(writesOf(github)).toHaveLength(before)
    expect(await stage.events(id)).toContain('slot_changed_by_hand')
  })
})

describe('B29: other people change the level while the grant lasts', () => {
  test('raised above ours: it is theirs, stays, and is said', async () => {
    const { github, world } = await given()
    const id = await stage.give('U0ANN', 'github:team-sre 30m')
    await stage.reach(id, 'active')
    github.hands.setTeam('sre', 'ann-acme', 'maintainer')
    await stage.expire(id)
    await stage.reach(id, 'revoked')
    expect(inTeam()).toBe('maintainer')
    expect(writesOf(github)).toHaveLength(1)
    await world.until('it is said', () => /Somebody changed this at GitHub: member/.test(stage.thread(id).join('\n')))
  })

  test('lowered: it stays lowered, and the weaker grant beside it ends right', async () => {
    const { github } = await given()
    const lead = await stage.give('U0ANN', 'github:team-lead 30m')
    await stage.reach(lead, 'active')
    const member = await stage.give('U0ANN', 'github:team-sre 30m')
    await stage.reach(member, 'active')
    github.hands.setTeam('sre', 'ann-acme', 'member')
    await stage.say('U0ANN', `end ${lead}`)
    await stage.reach(lead, 'revoked')
    expect(inTeam()).toBe('member')
    await stage.say('U0ANN', `end ${member}`)
    await stage.reach(member, 'revoked')
    expect(inTeam()).toBeUndefined()
    expect(writesOf(github)).toEqual(['PUT maintainer ann-acme', 'DELETE ann-acme'])
  })

  test('exactly what we gave: it is ours, and the card says what comes afterwards', async () => {
    const { github, world } = await given()
    const id = await stage.give('U0ANN', 'github:team-lead 30m')
    await stage.reach(id, 'active')
    await world.until('the card', () => /Afterwards: outside the team again; whoever wants/.test(stage.cardText(id)))
    github.hands.setTeam('sre', 'ann-acme', 'maintainer')
    await stage.expire(id)
    await stage.reach(id, 'revoked')
    expect(inTeam()).toBeUndefined()
  })
})

describe('B30: a role with two targets, one of them given later', () => {
  test('active only with both; both end together, at the one end of the clock', async () => {
    const { github, world } = await given()
    github.faults.next({ method: 'PUT', path: /teams\/ops\// }, { kind: 'status', status: 503 }, 3)
    const gone: Record<string, number> = {}
    github.onChange(({ at, what }) => {
      const team = /^DELETE .*teams\/(\w+)\//.exec(what)?.[1]
      if (team !== undefined) gone[team] = at
    })
    const id = await stage.give('U0ANN', 'github:both-teams 8s')
    await world.until('in the first', () => inTeam('ann-acme', 'sre') === 'member')
    expect((await stage.grantOf(id)).state).toBe('granting')
    const { started_at: started, expires_at: ends } = await stage.grantOf(id)
    await stage.reach(id, 'active')
    expect(inTeam('ann-acme', 'ops')).toBe('member')
    const active = await stage.grantOf(id)
    expect([active['started_at'], active['expires_at']]).toEqual([started, ends])
    const end = (ends as Date).getTime()
    await world.until('out of both', () => gone['sre'] !== undefined && gone['ops'] !== undefined)
    for (const at of Object.values(gone)) {
      expect(at - end).toBeGreaterThanOrEqual(0)
      expect(at - end).toBeLessThan(5_000)
    }
    await stage.reach(id, 'revoked')
  })

  test('one that can never be given: the other does not stay', async () => {
    const { github } = await given()
    github.state.syncedTeams.add('ops')
    const id = await stage.give('U0ANN', 'github:both-teams 30m')
    await stage.reach(id, 'revoked')
    expect([inTeam('ann-acme', 'sre'), inTeam('ann-acme', 'ops')]).toEqual([undefined, undefined])
    await stage.world.until('said', () => /Not granted/.test(stage.cardText(id)))
  })
})
