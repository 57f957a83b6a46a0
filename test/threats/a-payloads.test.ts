import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRecord, type JsonRecord } from '../doubles/slack/json.ts'
import { commandForm, eventPayload, type Occasion, pressPayload, submissionPayload } from '../doubles/slack/payloads.ts'
import { buttonsOf } from '../doubles/slack/reading.ts'
import type { SlackMessage, SlackView } from '../doubles/slack/workspace.ts'
import { answerTo, cardOf, configWith, decidedOf, NOTHING } from './a-stage.ts'
import { givenStage, type Stage, writesOf } from './b-stage.ts'

let stage: Stage
let id: string
let other: string
let card: SlackMessage
const views: Partial<Record<'deny' | 'request', SlackView>> = {}

/** Two votes are needed, so that one that is taken for another's would be seen and would decide nothing yet. */
beforeAll(async () => {
  stage = await givenStage({ yaml: (github) => configWith(github, { quorum: 2 }) })
  id = await stage.ask('U0ANN', 'github:team-sre 30m mine')
  other = await stage.ask('U0BOB', 'github:team-sre 1h his')
  card = await cardOf(stage, id)
  const { client, slack } = stage.world
  await client.press('U0ANN', card, 'Deny…')
  await client.command('U0ANN', '')
  for (const kind of ['deny', 'request'] as const) {
    const isIt = ({ view }: SlackView) => view['callback_id'] === `thand:${kind}`
    views[kind] = await stage.world.until(`the form ${kind}`, () => slack.views.find(isIt))
  }
})
afterAll(async () => {
  await stage.close()
})

const occasion = (user: string): Occasion => ({
  workspace: stage.world.slack,
  user,
  team: 'T0ACME',
  responseUrl: `${stage.world.slack.url}/response/${Math.random()}`,
})

function viewOf(kind: 'deny' | 'request'): SlackView {
  const view = views[kind]
  if (view === undefined) throw new Error(`no form ${kind}`)
  return view
}

function approval() {
  const button = buttonsOf(card).find(({ label }) => label === 'Approve')
  if (button === undefined) throw new Error('the card has no button')
  return button
}

/** Ann does each of these; `user` of the payload is who did it, and nothing else says so. */
const KINDS: Readonly<Record<string, { readonly payload: () => JsonRecord; readonly who: readonly string[] }>> = {
  'slash command': {
    payload: () =>
      Object.fromEntries(new URLSearchParams(commandForm(occasion('U0ANN'), '/thand', `approve ${id}`, 'C0GENERAL'))),
    who: ['user_id'],
  },
  button: { payload: () => pressPayload(occasion('U0ANN'), card, approval()), who: ['user.id'] },
  'form to deny': {
    payload: () => submissionPayload(occasion('U0ANN'), viewOf('deny'), { reason: 'no' }),
    who: ['user.id'],
  },
  'form to ask': {
    payload: () => submissionPayload(occasion('U0ANN'), viewOf('request'), { role: 'github:team-sre', duration: '2h' }),
    who: ['user.id'],
  },
  reaction: {
    payload: () => {
      const item = { type: 'message', channel: card.channel, ts: card.ts }
      const event = { type: 'reaction_added', user: 'U0ANN', user_team: 'T0ACME', reaction: 'white_check_mark', item }
      const event_ts = stage.world.slack.mintTs()
      return eventPayload(stage.world.slack, 'T0ACME', { ...event, item_user: 'U0THAND', event_ts }, `Ev${event_ts}`)
    },
    who: ['event.user'],
  },
}

const hostile = () => ['sam@acme.example', 'U0SAM', 'approved', `approve ${id}`, 'github:org-admin', other]
const FOREIGN = {
  approver: 'sam@acme.example',
  approved: true,
  by: 'U0SAM',
  decided_by: 'sam@acme.example',
  person: 'sam@acme.example',
  principal: 'sam@acme.example',
  requester: 'bob@acme.example',
  state: 'approved',
  status: 'approved',
  vote: 'yes',
  quorum: 0,
  role: 'github:org-admin',
  duration_seconds: 99,
  is_admin: true,
}

/** The payload once for each of its leaves, with that leaf saying something else. */
function changedIn(payload: JsonRecord, who: readonly string[]): JsonRecord[] {
  const words = hostile()
  const leaves = leavesOf(payload).filter((path) => !who.includes(path.join('.')))
  return leaves.map((path, n) => changed(payload, path, words[n % words.length]))
}

function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]))
}

function changed(payload: JsonRecord, path: readonly string[], word: unknown): JsonRecord {
  const copy = structuredClone(payload)
  const inner = path.slice(0, -1).reduce<unknown>((at, key) => (at as JsonRecord)[key], copy)
  Reflect.set(inner as object, path.at(-1) ?? '', word)
  return copy
}

/** Foreign keys in each of its objects; none replaces one that is there. */
function withForeign(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withForeign)
  if (!isRecord(value)) return value
  return { ...FOREIGN, ...Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withForeign(each)])) }
}

function deliver(payload: JsonRecord) {
  const { client } = stage.world
  if (payload['command'] !== undefined && payload['event'] === undefined && payload['view'] === undefined)
    return client.signed(
      new URLSearchParams(Object.fromEntries(Object.entries(payload).map(([k, v]) => [k, String(v)]))).toString(),
    )
  if (isRecord(payload['event'])) return client.signed(JSON.stringify(payload), { contentType: 'application/json' })
  return client.interaction(payload)
}

async function onlyAnnAsked(): Promise<void> {
  const people = await stage.sql`select distinct requester, state from request where id <> ${other}`
  expect(people.map((row) => ({ ...row }))).toEqual([{ requester: 'ann@acme.example', state: 'pending' }])
  const [made] =
    await stage.sql`select (select count(*)::int from vote) as votes, (select count(*)::int from access_grant) as grants`
  expect(made).toEqual({ votes: 0, grants: 0 })
  expect(await decidedOf(stage, other)).toEqual({ ...NOTHING, refused: [] })
}

describe('A1: what a payload says of people, states and roles is not believed', () => {
  test.each(Object.keys(KINDS))('%s: every field says something else, one at a time', async (kind) => {
    const { payload, who } = KINDS[kind] ?? { payload: () => ({}), who: [] }
    for (const one of changedIn(payload(), who)) expect((await deliver(one)).status).toBeLessThan(500)
    await onlyAnnAsked()
  })

  test.each(Object.keys(KINDS))('%s: keys of ours in each of its objects', async (kind) => {
    const foreign = withForeign(KINDS[kind]?.payload())
    if (!isRecord(foreign)) throw new Error('no payload')
    expect([200, 400]).toContain((await deliver(foreign)).status)
    await onlyAnnAsked()
  })

  test('asked by a form with a role that was not offered, and with inputs of somebody else', async () => {
    const { client } = stage.world
    const state = (await stage.sql`select count(*)::int as n from request`)[0]?.n
    const payload = submissionPayload(occasion('U0SAM'), viewOf('request'), { duration: '1h' })
    const values = {
      role: { value: { type: 'static_select', selected_option: { value: 'github:org-admin' } } },
      requester: { value: { type: 'plain_text_input', value: 'ann@acme.example' } },
      approver: { value: { type: 'plain_text_input', value: 'sue@acme.example' } },
      state: { value: { type: 'plain_text_input', value: 'approved' } },
    }
    const view = { ...(payload['view'] as JsonRecord), state: { values } }
    const delivery = await client.interaction({ ...payload, view })
    expect(JSON.stringify(delivery.body)).toMatch(/no role/)
    expect((await stage.sql`select count(*)::int as n from request`)[0]?.n).toBe(state)
  })

  test('the same payloads count when those press them who may', async () => {
    await stage.world.client.interaction(pressPayload(occasion('U0SUE'), card, approval()))
    expect((await decidedOf(stage, id)).votes).toEqual(['sue@acme.example yes'])
  })
})

describe('A3: a decision changes neither the role, nor the person, nor the time', () => {
  test('a button of this card with the line of another request is refused', async () => {
    const button = { ...approval(), value: `approve ${other}` }
    const delivery = await stage.world.client.press('U0SAM', card, button)
    await stage.world.until('an answer', () => /does not belong/.test(answerTo(stage, 'U0SAM', delivery)))
    expect(await decidedOf(stage, other)).toEqual({ ...NOTHING, refused: [] })
  })

  test('whatever is typed behind the approval: what was asked for is given, to who asked', async () => {
    await stage.say('U0SAM', `approve ${id} 4h github:org-admin for bob@acme.example`)
    await stage.reach(id, 'active')
    const grant = await stage.grantOf(id)
    expect(grant).toMatchObject({ person: 'ann@acme.example', duration_seconds: 1800, provider_key: 'github' })
    expect(writesOf(stage.github)).toEqual(['PUT member ann-acme'])
    const held = await stage.sql`select level, name from holding join slot on slot.id = slot_id where grant_id = ${id}`
    expect(held.map((row) => ({ ...row }))).toEqual([{ level: 'member', name: 'team:acme/sre' }])
  })
})
