import { describe, expect, test } from 'vitest'
import { brief, GOOD, load } from './load.ts'

const change = (from: string, to: string) => {
  if (!GOOD.includes(from)) throw new Error(`the good configuration has no ${from}`)
  return GOOD.replace(from, to)
}

test('the good configuration is good', async () => expect((await load(GOOD)).text).toBe(''))

describe('one thing wrong is one problem, at its place, with what was meant', () => {
  test.each([
    ['"1.0"', '1.0', '1:10 version'],
    ['version: "1.0"\n', '', '1:1 version'],
    ['people:', 'poeple:\n  x@acme.example: { name: X }\npeople:', '2:1 poeple -> people'],
    ['max_duration: 4h', 'max_duraton: 4h', '22:5 roles.org-admin.max_duraton -> max_duration'],
    ['max_duration: 4h', 'max_duration: 4 hours', '22:19 roles.org-admin.max_duration'],
    ['max_duration: 4h', 'max_duration: 240', '22:19 roles.org-admin.max_duration'],
    ['max_duration: 4h', 'max_duration: 9h', '22:19 roles.org-admin.max_duration'],
    ['max_duration: 4h\n    default_duration: 30m', 'max_duration: 30s', '22:19 roles.org-admin.max_duration'],
    ['default_duration: 30m', 'default_duration: 5h', '23:23 roles.org-admin.default_duration'],
    ['default_duration: 30m', 'default_duration: 10s', '23:23 roles.org-admin.default_duration'],
    ['[two-eyes]', '[two-eys]', '21:17 roles.org-admin.workflows[0] -> two-eyes'],
    ['[two-eyes]', '[]', '21:16 roles.org-admin.workflows'],
    ['[two-eyes]', '[two-eyes, two-eyes]', '21:16 roles.org-admin.workflows'],
    ['    workflows: [two-eyes]\n', '', '16:3 roles.org-admin.workflows'],
    ['workflows: [two-eyes]', 'workflows: [two-eyes]\n    approval: none', '22:15 roles.org-admin.approval'],
    ['workflows: [two-eyes]', 'approval: non', '21:15 roles.org-admin.approval'],
    ['providers: [github]', 'providers: [githb]', '18:17 roles.org-admin.providers[0] -> github'],
    ['providers: [github]', 'providers: [github, github]', '18:25 roles.org-admin.providers[1]'],
    [
      'allow: { groups: [platform] }',
      'allow: { groups: [platfrom] }',
      '20:33 roles.org-admin.scopes.allow.groups[0] -> platform',
    ],
    ['allow: { groups: [platform] }', 'allow: { groups: platform }', '20:32 roles.org-admin.scopes.allow.groups'],
    [
      'allow: { groups: [platform] }',
      'deny: { users: [An@acme.example] }',
      '20:31 roles.org-admin.scopes.deny.users[0] -> ann@acme.example',
    ],
    ['"org:admin"', '"org:admn"', '19:43 roles.org-admin.permissions.allow[0].operations[0] -> org:admin'],
    ['operations: ["org:admin"]', 'operations: []', '19:42 roles.org-admin.permissions.allow[0].operations'],
    [
      'max_duration: 4h',
      'max_duration: 4h\n    reason: { pattern: "(a)\\\\1" }',
      '23:24 roles.org-admin.reason.pattern',
    ],
    ['max_duration: 4h', 'max_duration: 4h\n    reason: { pattern: "(?=a)b" }', '23:24 roles.org-admin.reason.pattern'],
    ['provider: github', 'provider: gitub', '12:15 providers.github.provider -> github'],
    ['org: acme', 'orgg: acme, org: acme', '14:15 providers.github.config.orgg -> org'],
    ['org: acme', 'org: "${ENV:ORG}"', '14:20 providers.github.config.org'],
    ['${env:GITHUB_TOKEN}', '${env:GITHUB_TOKN}', '14:33 providers.github.config.token'],
    ['${env:GITHUB_TOKEN}', '${file:./token}', '14:33 providers.github.config.token'],
    ['name: Security', 'name: "${env:GITHUB_TOKEN}"', '26:11 workflows.two-eyes.name'],
    ['slack:C0ACCESS', '"#access"', '27:14 workflows.two-eyes.channel'],
    ['    channel: slack:C0ACCESS\n', '', '25:3 workflows.two-eyes.channel'],
    ['quorum: 1', 'quorum: 2', '30:54 workflows.two-eyes.stages[0].quorum'],
    ['quorum: 1', 'quorum: 0', '30:54 workflows.two-eyes.stages[0].quorum'],
    [
      'groups: [security] }, q',
      'groups: [securty] }, q',
      '30:33 workflows.two-eyes.stages[0].approvers.groups[0] -> security',
    ],
    ['team: T0ACME', 'team: acme', '8:18 identity.slack.team'],
    ['  slack: { team: T0ACME }\n', '', '6:1 identity.slack.team'],
    ['domains: [acme.example]', 'domains: [acme]', '7:13 identity.domains[0]'],
    ['max_duration: 8h,', 'max_duration: 8h, min_duration: 9h,', '9:43 limits.min_duration'],
    ['ann@acme.example: {', 'ann: {', '3:3 people.ann'],
    ['name: Ann, ', 'nam: Ann, name: Ann, ', '3:23 people.ann@acme.example.nam -> name'],
    ['bob@acme.example: {', 'Ann@ACME.example: {', '4:3 people.Ann@ACME.example'],
    ['bob@acme.example: {', 'ann@acme.example: {', '4:3 people.ann@acme.example'],
    ['bob-acme', 'ANN-acme', '4:74 people.bob@acme.example.accounts.github'],
  ])('%s to %s', async (from, to, expected) => {
    const { problems, text } = await load(change(from, to))
    expect(problems.map(brief), text).toEqual([expected])
  })
})

test('several problems are told at once, and what depends on a wrong part is still checked', async () => {
  const yaml = GOOD.replace('max_duration: 4h', 'max_duration: long')
    .replace('[two-eyes]', '[two-eys]')
    .replace('org:admin', 'org:admn')
    .replace('GITHUB_TOKEN', 'GITHUB_TOKN')
    .replace('name: Ann', 'name: 5')
    .replace('groups: [security] }, q', 'groups: [securty] }, q')
  expect((await load(yaml)).problems.map(brief)).toEqual([
    '3:29 people.ann@acme.example.name',
    '14:33 providers.github.config.token',
    '19:43 roles.org-admin.permissions.allow[0].operations[0] -> org:admin',
    '21:17 roles.org-admin.workflows[0] -> two-eyes',
    '22:19 roles.org-admin.max_duration',
    '30:33 workflows.two-eyes.stages[0].approvers.groups[0] -> security',
  ])
})

test('a problem reads like one of a compiler', async () => {
  const { text } = await load(GOOD.replace('[two-eyes]', '[two-eys]'))
  expect(text).toBe(
    [
      'thand.yaml:21:17: roles.org-admin.workflows[0]: expected a workflow: two-eyes, did you mean two-eyes?',
      '21 |     workflows: [two-eys]',
      '                     ^',
      '',
    ].join('\n'),
  )
})

test('nothing in a file moves the cursor of a terminal', async () => {
  const { text } = await load(GOOD.replace('[two-eyes]', '["\u001b[2Jtwo\u202eeyes"]'))
  expect(text).toContain('21 |')
  expect(text).not.toMatch(/[\u001b\u202e]/)
})

describe('one human has one entry (A16)', () => {
  test.each([
    ['in another case', 'github: ann-acme', 'github: Ann-ACME', '3:66'],
    ['by the id of the vendor', 'github: { login: ann-acme, id: 7 }', 'github: { login: other, id: "7" }', '3:66'],
    ['by the engine and by the provider', 'gh: ann-acme', 'github: ann-acme', '3:66'],
    ['on a chat platform', 'slack: U0ANN', 'slack: u0ann', '3:66'],
  ])('%s: the same account is named at both places', async (_name, ann, bob, first) => {
    const yaml = GOOD.replace('github: ann-acme', ann)
      .replace('github: bob-acme', bob)
      .replace('  github:\n', '  gh:\n')
      .replace('providers: [github]', 'providers: [gh]')
    const { problems } = await load(yaml)
    expect(problems.map(({ line, key }) => [line, key.slice(0, 32)])).toEqual([[4, 'people.bob@acme.example.accounts']])
    expect(problems[0]?.expected).toBe(`an account of one person; ann@acme.example has the same at thand.yaml:${first}`)
  })
})

describe('an empty list is nobody (A12)', () => {
  test.each(['', 'approvers: {}', 'approvers: { groups: [] }', 'approvers: { groups: [], users: [] }'])(
    'a stage of "%s" is refused',
    async (approvers) => {
      const yaml = GOOD.replace('approvers: { groups: [security] }, quorum: 1', approvers)
      expect((await load(yaml)).problems.map(({ key }) => key)).toEqual(['workflows.two-eyes.stages[0].approvers'])
    },
  )

  test('a workflow without stages is refused', async () => {
    const yaml = GOOD.replace(/stages:\n.*\n/, 'stages: []\n')
    expect((await load(yaml)).problems.map(({ key }) => key)).toEqual(['workflows.two-eyes.stages'])
  })
})
