import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordOf, recordsOf, stringOf } from '../doubles/slack/json.ts'
import { buttonsOf, cardsIn, plainTextOf } from '../doubles/slack/reading.ts'
import type { SlackView } from '../doubles/slack/workspace.ts'
import { PEOPLE } from '../support/world.ts'
import { givenStage, type Stage, yamlWith } from '../threats/b-stage.ts'

const ROLES = `  with-reason:
    name: Billing export
    description: Read the invoices
    enabled: true
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 2h
    default_duration: 15m
    reason: { required: true }
  for-security:
    name: Audit reader
    description: Only for those who decide
    enabled: true
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { groups: [security] } }
    workflows: [two-eyes]
${Array.from({ length: 120 }, (_, n) => many(n)).join('')}`

function many(n: number): string {
  return `  many-${String(n).padStart(3, '0')}:
    name: Role number ${n}
    description: One of very many
    enabled: true
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { users: [bob@acme.example] } }
    workflows: [two-eyes]
`
}

let stage: Stage
beforeAll(async () => {
  stage = await givenStage({
    people: { ...PEOPLE, U0EVE: { name: 'Eve', email: 'eve@other.example' } },
    yaml: (github) => yamlWith(github, { roles: ROLES }),
  })
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const client = () => stage.world.client
const last = (): SlackView => stage.world.slack.views.at(-1) ?? never()
function never(): never {
  throw new Error('no form was opened')
}

async function opened(user: string, line: string): Promise<SlackView> {
  const before = stage.world.slack.views.length
  const answer = await client().command(user, line)
  expect([answer.status, answer.text]).toEqual([200, ''])
  expect(stage.world.slack.views.length).toBe(before + 1)
  return last()
}

const elementOf = (view: SlackView, field: string) =>
  recordOf(recordsOf(view.view['blocks']).find(({ block_id: id }) => id === field)?.['element'])
const valuesOf = (options: readonly Record<string, unknown>[]) => options.map(({ value }) => stringOf(value))

describe('the form to ask', () => {
  test('opens on the command alone, on `request` alone, and from Slack’s menu', async () => {
    await opened('U0ANN', '')
    await opened('U0ANN', 'request')
    const before = stage.world.slack.views.length
    expect((await client().shortcut('U0ANN')).status).toBe(200)
    await stage.world.until('a form', () => stage.world.slack.views.length > before)
    expect(plainTextOf(last())).toContain('What do you need?')
  })

  test('finds roles by what is typed, with their caps: those that one may ask for, and no others', async () => {
    const view = await opened('U0ANN', '')
    const all = await client().suggest('U0ANN', view, 'role')
    expect(valuesOf(all)).toEqual(['github:org-admin', 'github:team-sre', 'github:with-reason'])
    expect(recordOf(all[0]?.['description'])['text']).toBe(
      'github:org-admin · 30m unless you say otherwise, at most 4h',
    )
    for (const [typed, found] of [
      ['invoi', ['github:with-reason']],
      ['SRE', ['github:team-sre']],
      ['github owner', ['github:org-admin']],
      ['audit', []],
      ['<!channel> \u202e%_', []],
    ] as const)
      expect(valuesOf(await client().suggest('U0ANN', view, 'role', typed)), typed).toEqual(found)
    expect(valuesOf(await client().suggest('U0SAM', view, 'role'))).toEqual(['github:for-security'])
  })

  test('shows at most a hundred, and what is typed narrows them', async () => {
    const view = await opened('U0BOB', '')
    expect(await client().suggest('U0BOB', view, 'role')).toHaveLength(100)
    expect(valuesOf(await client().suggest('U0BOB', view, 'role', 'number 117'))).toEqual(['github:many-117'])
  })

  test('finds nothing for somebody whom nobody knows', async () => {
    const view = await opened('U0ANN', '')
    expect(await client().suggest('U0EVE', view, 'role')).toEqual([])
  })
})

describe('a line that lacks its required reason', () => {
  test('opens the form with the rest filled in, and what is submitted becomes the request', async () => {
    const view = await opened('U0ANN', 'request github:with-reason 20m')
    expect(recordOf(elementOf(view, 'role')['initial_option'])['value']).toBe('github:with-reason')
    expect(elementOf(view, 'duration')['initial_value']).toBe('20m')
    expect(recordOf(elementOf(view, 'duration')['placeholder'])['text']).toBe('15m, as usual')
    expect(recordsOf(view.view['blocks']).find(({ block_id: id }) => id === 'reason')?.['optional']).toBe(false)
    const answer = await client().submitView('U0ANN', view, { reason: 'the <!channel> invoices' })
    expect(answer.body).toMatchObject({ response_action: 'update' })
    const said = plainTextOf(view)
    expect(said).toMatch(/Asked: Billing export at GitHub acme for 20 minutes/)
    expect(said).toMatch(/Decides: Sam and Sue/)
    expect(said).toMatch(/direct message/)
    const id = /req_[0-9a-z]{8}/.exec(said)?.[0] ?? ''
    const [row] = await stage.sql`select duration_seconds, reason from request where id = ${id}`
    expect(row).toEqual({ duration_seconds: 1200, reason: 'the <!channel> invoices' })
    // Taking it back right there changes what stands there.
    await client().press('U0ANN', view, 'Cancel')
    await stage.world.until('the answer in its place', () => /Cancelled/.test(plainTextOf(view)))
    expect(await stage.stateOf(id)).toBe('cancelled')
    expect(buttonsOf(view)).toEqual([])
  })

  test('in a channel, where no form can open, is told the line', async () => {
    await client().mention('U0ANN', 'request github:with-reason 20m')
    const told = await stage.world.until('a word', () => stage.world.slack.ephemerals.at(-1))
    expect(told.user).toBe('U0ANN')
    expect(stage.world.text(told as never)).toMatch(/request github:with-reason 20m <why>/)
  })
})

describe('what cannot be asked for is said at its field', () => {
  test.each([
    ['too long', { duration: '3h' }, 'duration', /“github:with-reason” allows at most 2 hours/],
    ['no duration', { duration: 'soon' }, 'duration', /“soon” is no duration/],
    ['endless', { duration: '999999h' }, 'duration', /longer than anything can last/],
    ['no reason', { reason: '' }, 'reason', /asks for a reason/],
  ])('%s', async (_what, values, field, words) => {
    const view = await opened('U0ANN', 'request github:with-reason 20m')
    const answer = await client().submitView('U0ANN', view, { reason: 'because', ...values })
    expect(answer.body).toMatchObject({ response_action: 'errors', errors: { [field]: expect.stringMatching(words) } })
  })

  test('A1: a role that was never offered is none', async () => {
    const view = await opened('U0ANN', '')
    const answer = await client().submitView('U0ANN', view, { role: 'github:for-security' })
    expect(answer.body).toMatchObject({
      errors: { role: 'There is no role “github:for-security” that you can ask for' },
    })
  })

  test('nothing of it became a request', async () => {
    expect(await stage.sql`select id from request where state = 'pending'`).toEqual([])
    expect(cardsIn(stage.world.slack, 'C0GENERAL')).toEqual([])
  })
})

test('C18: somebody of another workspace who chooses the shortcut is told so in its place', async () => {
  const before = stage.world.slack.views.length
  await client().shortcut('U0EVE')
  await stage.world.until('a word', () => stage.world.slack.views.length > before)
  expect(plainTextOf(last())).toMatch(/I do not know eve@other.example/)
})
