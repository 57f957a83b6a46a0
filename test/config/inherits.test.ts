import { describe, expect, test } from 'vitest'
import { isEligible } from '../../src/core/person.ts'
import { brief, GOOD, load, loaded } from './load.ts'

type Parts = Readonly<Record<string, string>>

const OWN: Parts = {
  providers: '[github]',
  permissions: '{ allow: [{ operations: ["org:member"] }] }',
  workflows: '[two-eyes]',
}
const TEMPLATE: Parts = { enabled: 'false' }

const lines = (key: string, parts: Parts) =>
  `  ${key}:\n${Object.entries(parts)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `    ${name}: ${value}\n`)
    .join('')}`

/** The good configuration with roles of its own: the first is at line 16. */
const yamlOf = (roles: Readonly<Record<string, Parts>>) => {
  const [head = '', rest = ''] = GOOD.split(/^ {2}org-admin:\n(?: {4}.*\n)+/m)
  const other = '  four-eyes: { channel: slack:C0OTHER, stages: [{ approvers: { groups: [security] } }] }\n'
  const written = Object.entries(roles).map(([key, parts]) => lines(key, parts))
  return `${head}${written.join('')}${rest}${other}`
}

const roleOf = async (roles: Readonly<Record<string, Parts>>, key = 'github:own') => {
  const config = await loaded(yamlOf(roles))
  const role = config.roles.find((each) => each.key === key)
  if (role === undefined) throw new Error(`no role ${key}`)
  return { ...role, mayAsk: config.people.filter((one) => isEligible(one, role.scopes)).map(({ name }) => name) }
}

const problemsOf = async (roles: Readonly<Record<string, Parts>>) => {
  const { problems } = await load(yamlOf(roles))
  return problems.map((problem) => `${brief(problem)}: ${problem.expected}`)
}

describe('of what is inherited the most restrictive holds', () => {
  test.each<readonly [string, own: Parts, base: Parts, expected: object]>([
    ['the shorter maximum', { max_duration: '4h' }, { max_duration: '1h' }, { maxDurationSeconds: 3600 }],
    ['its own, when that is shorter', { max_duration: '1h' }, { max_duration: '4h' }, { maxDurationSeconds: 3600 }],
    ['a maximum where none is written', {}, { max_duration: '2h' }, { maxDurationSeconds: 7200 }],
    ['a usual time where none is written', {}, { default_duration: '10m' }, { defaultDurationSeconds: 600 }],
    ['its own usual time', { default_duration: '20m' }, { default_duration: '10m' }, { defaultDurationSeconds: 1200 }],
    [
      'no usual time over the maximum',
      { max_duration: '5m' },
      { default_duration: '10m' },
      { defaultDurationSeconds: 300 },
    ],
    ['a reason that is required', {}, { reason: '{ required: true }' }, { reason: { isRequired: true } }],
    [
      'a reason that is required, whatever it says itself',
      { reason: '{ required: false }' },
      { reason: '{ required: true }' },
      { reason: { isRequired: true } },
    ],
    ['a pattern', {}, { reason: '{ pattern: "OPS-.*" }' }, { reason: { pattern: 'OPS-.*' } }],
    [
      'the same pattern',
      { reason: '{ pattern: "OPS-.*" }' },
      { reason: '{ pattern: "OPS-.*" }' },
      { reason: { pattern: 'OPS-.*' } },
    ],
    [
      'a workflow where none is written',
      { workflows: '' },
      { workflows: '[four-eyes]' },
      { workflow: { key: 'four-eyes' } },
    ],
    ['its own workflow', {}, { workflows: '[four-eyes]' }, { workflow: { key: 'two-eyes' } }],
    [
      'all permissions of both',
      {},
      { permissions: '{ allow: [{ operations: ["team:member"], targets: [sre] }] }' },
      { targets: [{ slot: 'org:acme' }, { slot: 'team:acme/sre' }] },
    ],
    [
      'permissions where none are written',
      { permissions: '' },
      { permissions: '{ allow: [{ operations: ["team:member"], targets: [sre] }] }' },
      { targets: [{ slot: 'team:acme/sre' }] },
    ],
  ])('%s', async (_what, own, base, expected) => {
    const roles = { own: { ...OWN, inherits: '[base]', ...own }, base: { ...TEMPLATE, ...base } }
    expect(await roleOf(roles)).toMatchObject(expected)
  })

  const platform = '{ allow: { groups: [platform] } }'
  const ann = '{ allow: { users: [ann@acme.example] } }'
  test.each<readonly [own: string, base: string, far: string, mayAsk: readonly string[]]>([
    ['', platform, '', ['Ann', 'Bob']],
    [platform, '', '', ['Ann', 'Bob']],
    [platform, ann, '', ['Ann']],
    ['{ allow: { domains: [acme.example] } }', platform, ann, ['Ann']],
    [platform, '{ allow: { groups: [security] } }', '', []],
    [platform, '{ allow: {} }', '', []],
    [platform, '{ deny: { users: [bob@acme.example] } }', '', ['Ann']],
    [platform, '{ deny: { users: [bob@acme.example] } }', '{ deny: { users: [ann@acme.example] } }', []],
    ['', '', '', []],
  ])('who may ask: %s under %s under %s is %j', async (own, base, far, mayAsk) => {
    const roles = {
      own: { ...OWN, inherits: '[base]', scopes: own },
      base: { ...TEMPLATE, inherits: '[far]', scopes: base },
      far: { ...TEMPLATE, scopes: far },
    }
    expect((await roleOf(roles)).mayAsk).toEqual(mayAsk)
  })

  test('of a role by two ways, and of the roles above it, everything holds once', async () => {
    const role = await roleOf({
      own: { ...OWN, inherits: '[left, right]', permissions: '' },
      left: { ...TEMPLATE, inherits: '[top]', max_duration: '2h' },
      right: { ...TEMPLATE, inherits: '[top]', reason: '{ required: true }' },
      top: { ...TEMPLATE, permissions: OWN['permissions'] ?? '', max_duration: '1h' },
    })
    expect(role).toMatchObject({ targets: [{ slot: 'org:acme' }], maxDurationSeconds: 3600 })
    expect(role.reason.isRequired).toBe(true)
  })

  test('the nearer workflow holds, also where one further up is another', async () => {
    const roles = {
      own: { ...OWN, inherits: '[base]', workflows: '' },
      base: { ...TEMPLATE, inherits: '[far]', workflows: '[four-eyes]' },
      far: { ...TEMPLATE, workflows: '[two-eyes]' },
    }
    expect((await roleOf(roles)).workflow?.key).toBe('four-eyes')
  })
})

test('a role that is switched off is inherited, and stays off; one at no provider is not there at all', async () => {
  const { roles } = await loaded(
    yamlOf({
      own: { ...OWN, inherits: '[base, template]' },
      base: { ...OWN, enabled: 'false', max_duration: '1h' },
      template: { ...TEMPLATE, max_duration: '30m' },
    }),
  )
  expect(roles.map(({ key, isEnabled, maxDurationSeconds }) => [key, isEnabled, maxDurationSeconds])).toEqual([
    ['github:own', true, 1800],
    ['github:base', false, 3600],
  ])
})

test.each<readonly [string, Parts]>([
  ['scopes', { scopes: '{ allow: { groups: [platform] } }' }],
  ['denied scopes', { scopes: '{ deny: { groups: [platform] } }' }],
  ['the maximum', { max_duration: '1h' }],
  ['permissions', { permissions: '{ allow: [{ operations: ["team:member"], targets: [sre] }] }' }],
  ['the reason', { reason: '{ required: true }' }],
])('the hash of a role changes with what it inherits of %s', async (_what, base) => {
  const own = { ...OWN, inherits: '[base]', scopes: '{ allow: { groups: [platform] } }' }
  const hashes = await Promise.all(
    [{ ...TEMPLATE }, { ...TEMPLATE, ...base }].map(async (each) => (await roleOf({ own, base: each })).hash),
  )
  expect(new Set(hashes).size).toBe(2)
  expect(hashes[0]).toBe((await roleOf({ own: { ...own, inherits: '[]' } })).hash)
})

describe('what cannot be inherited is a problem at its place', () => {
  test.each<readonly [string, Readonly<Record<string, Parts>>, readonly string[]]>([
    [
      'a role that is not there',
      { own: { ...OWN, inherits: '[bas]' }, base: TEMPLATE },
      ['20:16 roles.own.inherits[0] -> base: a role: one of own, base'],
    ],
    ['itself', { own: { ...OWN, inherits: '[own]' } }, ['20:16 roles.own.inherits[0]: another role than this one']],
    [
      'the same one twice',
      { own: { ...OWN, inherits: '[base, base]' }, base: TEMPLATE },
      ['20:22 roles.own.inherits[1]: each role once'],
    ],
    [
      'a circle',
      {
        own: { ...OWN, inherits: '[base]' },
        base: { ...TEMPLATE, inherits: '[far]' },
        far: { ...TEMPLATE, inherits: '[base]' },
      },
      ['23:16 roles.base.inherits[0]: no circle: base inherits far inherits base'],
    ],
    [
      'a deny at a provider that has none',
      {
        own: { ...OWN, inherits: '[base]' },
        base: { ...TEMPLATE, permissions: '{ deny: [{ operations: ["org:admin"] }] }' },
      },
      ['20:16 roles.own.inherits[0]: no deny: GitHub has none; base has it at thand.yaml:23:27'],
    ],
    [
      'an operation that the provider does not have',
      {
        own: { ...OWN, inherits: '[base]' },
        base: { ...TEMPLATE, permissions: '{ allow: [{ operations: ["org:admn"] }] }' },
      },
      [
        '20:16 roles.own.inherits[0] -> org:admin: one of org:admin, org:member, team:member, team:maintainer; base has it at thand.yaml:23:43',
      ],
    ],
    [
      'another pattern',
      {
        own: { ...OWN, inherits: '[base]', reason: '{ pattern: "A" }' },
        base: { ...TEMPLATE, reason: '{ pattern: "B" }' },
      },
      ['21:24 roles.own.reason.pattern: one pattern: base, which it inherits, has another at thand.yaml:24:15'],
    ],
    [
      'two patterns',
      {
        own: { ...OWN, inherits: '[base, other]' },
        base: { ...TEMPLATE, reason: '{ pattern: "B" }' },
        other: { ...TEMPLATE, reason: '{ pattern: "C" }' },
      },
      ['20:16 roles.own.inherits[0]: one pattern: other, which it inherits, has another at thand.yaml:26:15'],
    ],
    [
      'approval: none under a workflow',
      {
        own: { ...OWN, inherits: '[base]', workflows: '', approval: 'none' },
        base: { ...TEMPLATE, workflows: '[two-eyes]' },
      },
      ['20:15 roles.own.approval: no approval: none: it inherits the workflow two-eyes from base, which would win'],
    ],
    [
      'approval: none alone',
      { own: { ...OWN, inherits: '[base]', workflows: '' }, base: { ...TEMPLATE, approval: 'none' } },
      ['16:3 roles.own.workflows: exactly one workflow, or approval: none'],
    ],
    [
      'two workflows',
      {
        own: { ...OWN, inherits: '[base, other]', workflows: '' },
        base: { ...TEMPLATE, workflows: '[two-eyes]' },
        other: { ...TEMPLATE, workflows: '[four-eyes]' },
      },
      ['16:3 roles.own.workflows: one workflow, written here: it inherits two-eyes from base and four-eyes from other'],
    ],
    [
      'a usual time over the maximum',
      { own: { ...OWN, inherits: '[base]', default_duration: '2h' }, base: { ...TEMPLATE, max_duration: '1h' } },
      ['21:23 roles.own.default_duration: at most the max_duration that it inherits, 1h'],
    ],
    [
      'providers',
      { own: { ...OWN, inherits: '[base]', providers: '' }, base: { ...OWN } },
      ['16:3 roles.own.providers: at least one provider'],
    ],
    [
      'no permission at all',
      { own: { ...OWN, inherits: '[base]', permissions: '' }, base: TEMPLATE },
      ['16:3 roles.own.permissions.allow: at least one permission'],
    ],
  ])('%s', async (_what, roles, expected) => expect(await problemsOf(roles)).toEqual(expected))

  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, n) => [`r${n}`, { ...TEMPLATE, ...(n > 0 && { inherits: `[r${n - 1}]` }) }]),
    )

  test('ten above one another are fine, eleven are not, in whatever order they stand', async () => {
    const own = (n: number) => ({ own: { ...OWN, inherits: `[r${n}]` } })
    expect(await problemsOf({ ...own(9), ...chain(10) })).toEqual([])
    const tooMany = [expect.stringMatching(/inherits: at most 10 roles, one above the other$/)]
    expect(await problemsOf({ ...own(10), ...chain(11) })).toEqual(tooMany)
    expect(await problemsOf({ ...chain(30), ...own(29) })).toEqual(tooMany)
  })

  test('a thousand roles that all inherit each other are refused quickly', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `r${n}`)
    const ring = Array.from({ length: 1000 }, (_, n) => [`c${n}`, { ...TEMPLATE, inherits: `[c${(n + 1) % 1000}]` }])
    const all = names.map((name) => [name, { ...TEMPLATE, inherits: `[${names.filter((each) => each !== name)}]` }])
    const problems = await problemsOf(Object.fromEntries([...all, ...ring]))
    expect(problems).toEqual([
      expect.stringContaining('r0 inherits r1 inherits r0'),
      expect.stringContaining('c0 inherits'),
    ])
  })
})
