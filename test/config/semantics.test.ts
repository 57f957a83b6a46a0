import { describe, expect, test } from 'vitest'
import { isReasonPattern, reasonMatches } from '../../src/config/reason-pattern.ts'
import { configurationRecord } from '../../src/config/record.ts'
import { GOOD, load, loaded } from './load.ts'

test('what is left out is as the contract says', async () => {
  const { identity, authority, limits, roles } = await loaded(
    GOOD.replace(/limits: .*\n/, '')
      .replace(/ {4}default_duration: .*\n/, '')
      .replace(/ {4}pending_timeout: 30m\n/, ''),
  )
  expect(identity).toEqual({
    domains: ['acme.example'],
    binding: 'first_contact',
    homes: { slack: 'T0ACME' },
    slack: { team: 'T0ACME' },
  })
  expect(authority.administrators).toEqual({ users: [], groups: [] })
  expect(limits).toEqual({
    minDurationSeconds: 60,
    maxDurationSeconds: 8 * 3600,
    pendingSeconds: 3600,
    pendingPerPerson: 10,
    commandsPerMinute: 30,
  })
  expect(roles[0]).toMatchObject({
    key: 'github:org-admin',
    isEnabled: true,
    defaultDurationSeconds: 1800,
    reason: { isRequired: false, pattern: '' },
    workflow: { pendingSeconds: 3600, takesReactions: false, notify: 'mention' },
  })
})

test.each(['', 'scopes: {}', 'scopes: { allow: {} }', 'scopes: { allow: { groups: [], users: [], domains: [] } }'])(
  'scopes written as "%s" allow nobody (A12)',
  async (scopes) => {
    const { roles } = await loaded(GOOD.replace('scopes: { allow: { groups: [platform] } }', scopes))
    expect(roles[0]?.scopes.allow).toEqual({ users: [], groups: [], domains: [] })
  },
)

test('the shorter of the two pending times holds, and a short maximum is the default duration', async () => {
  const yaml = GOOD.replace('pending_timeout: 1h', 'pending_timeout: 10m')
    .replace('max_duration: 4h', 'max_duration: 5m')
    .replace('    default_duration: 30m\n', '')
  const { roles } = await loaded(yaml)
  expect(roles[0]?.workflow?.pendingSeconds).toBe(600)
  expect(roles[0]?.defaultDurationSeconds).toBe(300)
})

test('addresses are one in any case, and an id may be a number', async () => {
  const yaml = GOOD.replace('ann@acme.example', 'Ann@Acme.Example').replace(
    'github: ann-acme',
    'github: { login: ann-acme, id: 7 }',
  )
  const { people } = await loaded(yaml.replace('allow: { groups: [platform] }', 'allow: { users: [ANN@acme.example] }'))
  expect(people[0]).toEqual({
    id: 'ann@acme.example',
    name: 'Ann',
    groups: ['platform'],
    accounts: { github: { login: 'ann-acme', id: '7' } },
  })
})

test('a role at two providers is two roles', async () => {
  const second = '  other:\n    provider: github\n    config: { org: acme, token: "${env:GITHUB_TOKEN}" }\nroles:'
  const yaml = GOOD.replace('roles:', second).replace('providers: [github]', 'providers: [github, other]')
  expect((await loaded(yaml)).roles.map((role) => role.key)).toEqual(['github:org-admin', 'other:org-admin'])
})

describe('hashes', () => {
  test.each([
    ['quorum', 'groups: [security] }, quorum: 1', 'groups: [security], users: [bob@acme.example] }, quorum: 2'],
    ['targets', '"org:admin"', '"org:member"'],
    ['durations', 'max_duration: 4h', 'max_duration: 3h'],
    ['scopes', '{ groups: [platform] } }', '{ groups: [platform, security] } }'],
    ['workflow', 'slack:C0ACCESS', 'slack:C0OTHER'],
  ])('of a role change with its %s', async (_what, from, to) => {
    const [before, after] = [await loaded(GOOD), await loaded(GOOD.replace(from, to))]
    expect(after.roles[0]?.hash).not.toBe(before.roles[0]?.hash)
    expect(after.hash).not.toBe(before.hash)
  })

  test('do not depend on the order of keys, on comments or on the value of a secret', async () => {
    const [version, ...rest] = GOOD.split('\n')
    const env = { GITHUB_TOKEN: 'another-token-entirely' }
    const [one, other] = [await loaded(GOOD), await loaded(`# note\n${rest.join('\n')}\n${version}\n`, { env })]
    expect(other.hash).toBe(one.hash)
    expect(other.roles[0]?.hash).toBe(one.roles[0]?.hash)
  })

  test('are of a document that holds references, no secrets', async () => {
    const kept = JSON.stringify(configurationRecord(await loaded(GOOD)))
    expect(kept).toContain('${env:GITHUB_TOKEN}')
    expect(kept).not.toContain('canary')
  })
})

describe('a folder', () => {
  const [head = '', tail = ''] = GOOD.split('providers:\n')

  test('of files is one configuration, people of several together', async () => {
    const files = {
      'a.yaml': head,
      'b.yml': `providers:\n${tail}people:\n  sue@acme.example: { name: Sue }\n`,
      'c.txt': '{',
    }
    const { config, text } = await load(files)
    expect(text).toBe('')
    expect(config?.people.map(({ name }) => name).sort()).toEqual(['Ann', 'Bob', 'Sam', 'Sue'])
  })

  test('with the same key in two files is refused, both places named', async () => {
    const more = 'people:\n  ann@acme.example: { name: Mallory }\nlimits: {}\n'
    const { problems } = await load({ 'a.yaml': head, 'b.yaml': `providers:\n${tail}`, 'c.yaml': more })
    expect(problems.map(({ file, line, column, expected }) => `${file}:${line}:${column} ${expected}`)).toEqual([
      'c.yaml:2:3 each key once; the first is at a.yaml:3:3',
      'c.yaml:3:1 each key once; the first is at a.yaml:9:1',
    ])
  })

  test('without a YAML file, and a file that is not there, are refused', async () => {
    expect((await load({ 'c.txt': '' })).problems).toHaveLength(1)
    const { loadAt } = await import('./load.ts')
    expect(await loadAt('/nowhere/thand.yaml')).toMatchObject({ ok: false, error: [{ file: '/nowhere/thand.yaml' }] })
  })
})

describe('the pattern of a reason', () => {
  const matches = (pattern: string, reason: string) => reasonMatches({ reason: { isRequired: false, pattern } }, reason)

  test.each([
    ['', 'anything', true],
    ['OPS-[0-9]+', 'OPS-12', true],
    ['OPS-[0-9]+', 'see OPS-12 please', false],
    ['a|ab', 'ab', true],
    ['a|ab', 'abc', false],
  ])('%s on "%s" is %s: it matches the whole', (pattern, reason, is) => expect(matches(pattern, reason)).toBe(is))

  test('that would backtrack answers in linear time', () => {
    const started = performance.now()
    expect(matches('(a+)+b', 'a'.repeat(50_000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  test.each(['(a)\\1', '(?=a)', '(?<=a)b', '(', 'x'.repeat(501), '(a{1000}){1000}'])('%s is refused', (pattern) =>
    expect(isReasonPattern(pattern)).toBe(false),
  )
})
