import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { personIdOf } from '../../src/core/ids.ts'
import type { Person, ScopeList } from '../../src/core/person.ts'
import { decide } from '../../src/core/policy.ts'
import type { Role } from '../../src/core/role.ts'
import { tally, type Vote } from '../../src/core/tally.ts'
import { configWith, decidedOf, role, workflow } from './a-stage.ts'
import { givenStage, type Stage } from './b-stage.ts'

const GROUPS = ['platform', 'security', 'leads']
const DOMAINS = ['acme.example', 'other.example']
const ADDRESSES = ['ann', 'bob', 'sam', 'sue'].flatMap((name) =>
  DOMAINS.map((domain) => personIdOf(`${name}@${domain}`)),
)

const someOf = <T>(all: readonly T[]) => fc.subarray([...all])
const scope: fc.Arbitrary<ScopeList> = fc.record({
  users: someOf(ADDRESSES),
  groups: someOf(GROUPS),
  domains: someOf(DOMAINS),
})
const person: fc.Arbitrary<Person> = fc.record({
  id: fc.constantFrom(...ADDRESSES),
  name: fc.constant('Somebody'),
  groups: someOf(GROUPS),
  accounts: fc.constant({}),
})

function roleWith(allow: ScopeList, deny: ScopeList): Role {
  return {
    key: 'github:some',
    provider: 'github',
    providerName: 'GitHub',
    name: 'Some',
    description: '',
    isEnabled: true,
    targets: [],
    scopes: { allow, deny },
    workflow: undefined,
    maxDurationSeconds: 3600,
    minDurationSeconds: 60,
    defaultDurationSeconds: 600,
    reason: { isRequired: false, pattern: '' },
    hash: '',
  }
}

const both = (a: ScopeList, b: ScopeList): ScopeList => ({
  users: [...a.users, ...b.users],
  groups: [...a.groups, ...b.groups],
  domains: [...a.domains, ...b.domains],
})

function isDenied(role: Role, requester: Person): boolean {
  const asking = { requester, durationSeconds: 600, reason: '', reasonMatches: true }
  return decide(role, asking, [requester]).outcome === 'deny'
}

describe('A5: a deny wins, whatever else matches', () => {
  test('asking: more to deny, or less to allow, never turns a no into a yes', () => {
    const rules = fc.record({ allow: scope, more: scope, deny: scope, extra: scope, who: person })
    fc.assert(
      fc.property(rules, ({ allow, more, deny, extra, who }) => {
        if (isDenied(roleWith(both(allow, more), deny), who)) {
          expect(isDenied(roleWith(both(allow, more), both(deny, extra)), who)).toBe(true)
          expect(isDenied(roleWith(allow, deny), who)).toBe(true)
        }
        const isNamed = extra.users.includes(who.id) || extra.groups.some((group) => who.groups.includes(group))
        if (isNamed) expect(isDenied(roleWith(both(allow, more), both(deny, extra)), who)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('approving: one no more never turns anything into an approval, and every no denies', () => {
    const vote: fc.Arbitrary<Vote> = fc.record({
      person: fc.constantFrom(...ADDRESSES),
      value: fc.constantFrom('yes' as const, 'yes' as const, 'withdrawn' as const, 'no' as const),
      stage: fc.nat(2),
    })
    const stages = fc.array(fc.record({ approvers: scope, quorum: fc.integer({ min: 1, max: 3 }) }), { maxLength: 3 })
    fc.assert(
      fc.property(stages, fc.array(vote, { maxLength: 8 }), fc.nat(2), (given, votes, stage) => {
        const flow = { ...FLOW, stages: given }
        const no = { person: personIdOf('tom@acme.example'), value: 'no' as const, stage }
        expect(tally(flow, [...votes, no]).outcome).toBe('denied')
        if (votes.some(({ value }) => value === 'no')) expect(tally(flow, votes).outcome).toBe('denied')
      }),
      { numRuns: 2000 },
    )
  })
})

const FLOW = {
  key: 'flow',
  name: 'Flow',
  channel: 'slack:C0FLOW',
  pendingSeconds: 60,
  takesReactions: false,
  notify: 'none',
} as const

/** As it is written in the file. Ann is in `platform`, of acme.example, and an administrator. */
const DENIES = {
  'by a group': 'groups: [platform]',
  'by another group of hers': 'groups: [contractors]',
  'by address': 'users: [ann@acme.example]',
  'by address in another case': 'users: [Ann@ACME.example]',
  'by domain': 'domains: [acme.example]',
}
const EVERYBODY =
  '{ groups: [platform, security], users: [ann@acme.example, sam@acme.example], domains: [acme.example] }'
const NOBODY = {
  'no scopes': '{}',
  'an empty allow': '{ allow: {} }',
  'empty lists': '{ allow: { groups: [], users: [], domains: [] } }',
  'a deny alone': '{ deny: { groups: [security] } }',
}

describe('A5, A12: from outside', () => {
  let stage: Stage
  beforeAll(async () => {
    const denied = Object.values(DENIES).map((deny, n) =>
      role(`denied${n}`, { scopes: `{ allow: ${EVERYBODY}, deny: { ${deny} } }` }),
    )
    const empty = Object.values(NOBODY).map((scopes, n) => role(`empty${n}`, { scopes }))
    stage = await givenStage({
      yaml: (github) =>
        configWith(github, {
          roles: [...denied, ...empty, role('open', { scopes: `{ allow: ${EVERYBODY} }`, workflow: 'both' })],
          workflows: [workflow('both', ['{ approvers: { groups: [security] }, quorum: 2 }'])],
          top: 'authority: { administrators: { users: [ann@acme.example] } }\n',
        }).replace('{ name: Ann, groups: [platform]', '{ name: Ann, groups: [platform, contractors]'),
    })
  })
  afterAll(async () => {
    const problems = [...stage.world.slack.problems, ...stage.github.problems]
    await stage.close()
    expect(problems).toEqual([])
  })

  test.each(Object.keys(DENIES))(
    'A5: allowed by four rules and denied %s: no, as if there were no such role',
    async (how) => {
      const key = `github:denied${Object.keys(DENIES).indexOf(how)}`
      expect(await stage.say('U0ANN', `request ${key} 30m`)).toMatch(/There is no role/)
      expect(await stage.say('U0ANN', 'roles')).not.toMatch(key)
      expect((await stage.sql`select id from request where role_key = ${key}`).length).toBe(0)
    },
  )

  test.each([
    ['after', ['approve', 'deny']],
    ['before', ['deny', 'approve']],
  ])('A5: one no %s a yes denies', async (when, [first, second]) => {
    const id = await stage.ask('U0ANN', `github:open ${when === 'after' ? 31 : 32}m`)
    await stage.say('U0SAM', `${first} ${id}`)
    await stage.say('U0SUE', `${second} ${id}`)
    await stage.say('U0SAM', `approve ${id}`)
    expect(await decidedOf(stage, id)).toMatchObject({ state: 'denied', grant: 'none' })
  })

  test.each(Object.keys(NOBODY))('A12: %s: nobody, not even an administrator', async (how) => {
    const key = `github:empty${Object.keys(NOBODY).indexOf(how)}`
    for (const user of ['U0ANN', 'U0BOB', 'U0SAM']) {
      expect(await stage.say(user, `request ${key} 30m`)).toMatch(/There is no role/)
      expect(await stage.say(user, 'roles')).not.toMatch(key)
    }
    expect((await stage.sql`select id from request where role_key = ${key}`).length).toBe(0)
  })

  test('A12: no administrators and no auditors: nobody sees or ends what others have', async () => {
    await stage.restart((yaml) => yaml.replace(/authority:.*\n/, ''))
    const id = await stage.ask('U0BOB', 'github:open 33m')
    for (const line of ['show', 'end', 'cancel', 'deny'])
      expect(await stage.say('U0ANN', `${line} ${id}`)).toMatch(/no such/)
    expect(await stage.stateOf(id)).toBe('pending')
  })

  test.each(['domains: []', ''])('A12: domains written as "%s": nobody is matched to an account', async (domains) => {
    await stage.restart((yaml) => yaml.replace(/ {2}domains: .*\n/, domains === '' ? '' : `  ${domains}\n`))
    await stage.sql`delete from account_binding`
    for (const user of ['U0ANN', 'U0SAM']) expect(await stage.say(user, 'mine')).toMatch(/do not know/)
    expect((await stage.sql`select account from account_binding`).length).toBe(0)
    await stage.restart((yaml) =>
      yaml.replace('identity:\n', 'identity:\n  domains: [acme.example]\n').replace(`  ${domains}\n`, ''),
    )
  })
})
