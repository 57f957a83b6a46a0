import { afterAll, beforeAll, expect, test } from 'vitest'
import { givenStage, type Stage, yamlWith } from '../threats/b-stage.ts'
import { settled } from '../threats/c-stage.ts'

const ROLES = `  open:
    name: Open door
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
    approval: none
    max_duration: 1h
  strict:
    name: Strict door
    enabled: false
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [alone]
    max_duration: 1h
    reason: { required: true, pattern: "OPS-[0-9]+.*" }
  hidden:
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] }, deny: { users: [ann@acme.example] } }
    workflows: [two-eyes]
    max_duration: 1h
`
const WORKFLOWS = `  alone:
    channel: slack:C0OTHER
    stages:
      - { approvers: { users: [sue@acme.example] } , quorum: 1 }
      - { approvers: { groups: [security] }, quorum: 1 }
`

let stage: Stage
beforeAll(async () => {
  stage = await givenStage({
    yaml: (github) =>
      `${yamlWith(github, { roles: ROLES })}${WORKFLOWS}`.replace(', accounts: { github: bob-acme }', ''),
  })
})
afterAll(() => stage.close())

const explain = (user: string, words: string) => stage.say(user, `explain ${words}`)

test('what one can ask for: each rule, who decides, how, for how long, and the line to copy, which works', async () => {
  const said = await explain('U0ANN', 'github:org-admin 2h')
  expect(said).toMatch(/^You can ask for Organisation owner at GitHub acme for 2 hours/)
  expect(said.match(/^✓ .*/gm)).toHaveLength(7)
  expect(said).not.toContain('✗')
  expect(said).toContain('Decides: 1 of Sam and Sue')
  expect(said).toContain('Reactions on the card count')
  expect(said).toContain('Usual: 30 minutes · longest: 4 hours')
  const line = /`\/thand (request [^`]*)`/.exec(said)?.[1] ?? ''
  const asked = await stage.say('U0ANN', line)
  expect(asked).toMatch(/^Asked: Organisation owner at GitHub acme for 2 hours/)
})

test('it is the same policy: what explain says no to, asking says no to, in the same words', async () => {
  for (const [user, words] of [
    ['U0ANN', 'github:org-admin 9h'],
    ['U0ANN', 'github:strict 30m'],
    ['U0BOB', 'github:team-sre 30m'],
  ] as const) {
    const [title = '', why = ''] = [await explain(user, words), await stage.say(user, `request ${words}`)]
    const [first = ''] = why.split('\n')
    expect(title).toMatch(/^You cannot ask for /)
    expect(title).toMatch(/^✗ /m)
    if (user === 'U0ANN') expect(title.split('\n')[0]).toContain(first)
  }
})

test('over the cap it names the cap, and offers the longest that works', async () => {
  const said = await explain('U0ANN', 'github:org-admin 9h')
  expect(said).toContain('✗ the longest is 4 hours')
  expect(said).toContain('/thand request github:org-admin 4h')
})

test('all that stands in the way is said at once; reasons, stages and reactions as the role has them', async () => {
  const said = await explain('U0ANN', 'github:strict 2h')
  expect(said.match(/^✗ .*/gm)).toEqual(['✗ it is switched off at the moment', '✗ the longest is 1 hour'])
  expect(said).toContain('OPS-[0-9]+')
  expect(said).toMatch(/github:strict 1h <why>/)
  expect(said).toContain('Decides: 1 of Sue, then 1 of Sam and Sue')
  expect(said).toContain('Reactions do not count')
  // Without Sue her own stage has nobody.
  expect(await explain('U0SUE', 'github:strict')).toContain('✗ without you there are not enough people')
})

test('without approval it says so', async () => {
  const said = await explain('U0ANN', 'github:open')
  expect(said).toMatch(/nobody needs to approve it/)
  expect(said).not.toContain('Decides')
})

test('an account that is not known is named, with who mends it', async () => {
  expect(await explain('U0BOB', 'github:team-sre')).toMatch(/✗ your account at GitHub acme is not known here/)
})

test('a role that one may not see is answered like one that does not exist', async () => {
  const unseen = async (user: string, key: string) => (await explain(user, key)).replace(key, 'it')
  expect(await unseen('U0SAM', 'github:hidden')).toBe(await unseen('U0SAM', 'github:xyzzy'))
  expect(await unseen('U0ANN', 'github:hidden')).toBe(await unseen('U0ANN', 'github:hibben'))
  expect(await explain('U0ANN', 'github:hiddn')).not.toContain('hidden')
  expect(await unseen('U0ANN', 'github:hidden')).toMatch(/^There is no role “it” that you can ask for/)
})

test('the nearest role that one may see is offered, as something to explain', async () => {
  expect(await explain('U0ANN', 'github:org-admn 1h')).toContain('/thand explain github:org-admin 1h')
})

test('nothing is written', async () => {
  const before = await settled(stage.sql)
  await explain('U0ANN', 'github:org-admin 2h')
  await explain('U0ANN', 'github:hidden')
  expect(await settled(stage.sql)).toEqual(before)
})
