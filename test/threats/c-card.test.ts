import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonRecord } from '../doubles/slack/json.ts'
import { buttonsOf } from '../doubles/slack/reading.ts'
import type { SlackMessage, SlackView } from '../doubles/slack/workspace.ts'
import { givenStage, type Stage, saidIn, writesOf } from './b-stage.ts'
import { settled } from './c-stage.ts'

let stage: Stage
let ofAnn: string
let ofBob: string

beforeAll(async () => {
  stage = await givenStage()
  ofAnn = await stage.ask('U0ANN', 'github:org-admin 30m')
  ofBob = await stage.ask('U0BOB', 'github:team-sre 10m')
  await stage.world.until('both cards', () => stage.cardText(ofAnn) !== '' && stage.cardText(ofBob) !== '')
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const NOT_OURS = /does not belong to this request/
const stories = async () => [await stage.events(ofAnn), await stage.events(ofBob)]

/** Sam presses, and this is what he alone is told. */
async function told(act: () => Promise<unknown>): Promise<string> {
  const { responses } = stage.world.slack
  const count = responses.length
  await act()
  const response = await stage.world.until('an answer', () => responses[count])
  return JSON.stringify(response.body)
}

const press = (
  card: SlackMessage,
  button: { readonly value?: string; readonly label?: string },
  extra: JsonRecord = {},
) => {
  const label = button.label ?? 'Approve'
  const there = buttonsOf(card).find((each) => each.label === label)
  if (there === undefined) throw new Error(`no button ${label}`)
  const { value } = button
  return stage.world.client.press('U0SAM', card, { ...there, ...(value === undefined ? {} : { value }) }, { extra })
}

describe('C4: a block that stands on another message than it was made for', () => {
  const copied: readonly [string, () => string][] = [
    ['that approves another request', () => `approve ${ofBob}`],
    ['that names this one too', () => `approve ${ofBob} ${ofAnn}`],
    ['that denies another', () => `deny ${ofBob} ${ofAnn}`],
    ['that asks for something', () => `request github:org-admin 4h ${ofAnn}`],
    ['that ends something', () => `end ${ofBob}`],
    ['that only looks', () => `show ${ofBob}`],
    ['that is no line', () => `${ofAnn}`],
    ['whose id is only the beginning', () => `approve ${ofAnn.slice(0, -1)}`],
    ['whose id has an end of its own', () => `approve ${ofAnn}x`],
  ]
  test.each(copied)('%s does nothing and says so', async (_what, value) => {
    const before = await stories()
    expect(await told(() => press(stage.card(ofAnn), { value: value() }))).toMatch(NOT_OURS)
    expect(await stories()).toEqual(before)
  })

  test('a form of another request does not open there', async () => {
    const { views } = stage.world.slack
    const count = views.length
    expect(await told(() => press(stage.card(ofAnn), { label: 'Deny…', value: `deny ${ofBob}` }))).toMatch(NOT_OURS)
    expect(views.length).toBe(count)
  })

  test('the whole card of one, copied by somebody into a message of their own', async () => {
    const before = await stories()
    const { user: _, ...copy } = stage.card(ofAnn)
    const forged = { ...copy, user: 'U0BOB', channel: 'C0OTHER', ts: stage.world.slack.mintTs() }
    const message = { type: 'message', user: 'U0BOB', ts: forged.ts, text: forged.text, blocks: forged.blocks }
    expect(await told(() => press(forged, {}, { message }))).toMatch(NOT_OURS)
    const byApp = { ...message, user: undefined, bot_id: 'B0EVIL', app_id: 'A0EVIL' }
    expect(await told(() => press(forged, {}, { message: byApp }))).toMatch(NOT_OURS)
    expect(await stories()).toEqual(before)
  })
})

describe('C4: nothing is read back from a message or a form', () => {
  let opened: SlackView
  beforeAll(async () => {
    const count = stage.world.slack.views.length
    await press(stage.card(ofAnn), { label: 'Deny…' })
    opened = await stage.world.until('the form', () => stage.world.slack.views[count])
  })

  /** The form comes back with this in its place for what it is about. */
  const submit = (about: string, user = 'U0SAM', more: JsonRecord = {}) => {
    const view: SlackView = { ...opened, view: { ...opened.view, private_metadata: about, ...more } }
    return stage.world.client.submitView(user, view, { reason: 'tampered' })
  }

  const tampered: readonly [string, () => string, RegExp][] = [
    ['nothing', () => '', NOT_OURS],
    ['no id', () => 'all of them', NOT_OURS],
    ['an id with more behind it', () => `${ofAnn}; ${ofBob}`, NOT_OURS],
    ['a line', () => `deny ${ofBob}`, NOT_OURS],
    ['JSON', () => JSON.stringify({ id: ofAnn, requester: 'sam@acme.example', state: 'denied' }), NOT_OURS],
    ['a polluting key', () => '{"__proto__":{"id":"x"}}', NOT_OURS],
    ['an id that was never given', () => 'req_00000000', /no such request/],
    ['3000 letters', () => 'x'.repeat(3000), NOT_OURS],
  ]
  test.each(tampered)('private metadata that is %s denies nothing', async (_what, about, words) => {
    const before = await stories()
    expect(saidIn(await submit(about())) + (await submit(about())).text).toMatch(words)
    expect(await stories()).toEqual(before)
  })

  test('private metadata that names a request gives no right to decide it', async () => {
    expect((await submit(ofAnn, 'U0ANN')).text).toMatch(/Nobody decides their own request/)
    expect((await submit(ofAnn, 'U0BOB')).text).toMatch(/no such request/i)
    expect([await stage.stateOf(ofAnn), await stage.stateOf(ofBob)]).toEqual(['pending', 'pending'])
  })

  test('another name of the form, other fields and a state of its own are nothing', async () => {
    const before = await settled(stage.sql)
    expect((await submit(ofAnn, 'U0SAM', { callback_id: 'thand:approve' })).status).toBe(200)
    expect((await submit(ofAnn, 'U0SAM', { callback_id: 'other:deny' })).status).toBe(200)
    expect(await settled(stage.sql)).toEqual(before)
  })

  test('a card that was edited to say less gives what was asked, and then says it again', async () => {
    const card = stage.card(ofAnn)
    const edited = JSON.parse(JSON.stringify(card.blocks).replaceAll('30 minutes', '8 hours').replaceAll('Ann', 'Sam'))
    card.blocks = edited
    card.text = 'Sam asks for nothing'
    const message = {
      type: 'message',
      user: 'U0THAND',
      ts: card.ts,
      text: card.text,
      blocks: edited,
      metadata: { event_payload: { key: ofBob } },
    }
    await press(card, {}, { message })
    await stage.reach(ofAnn, 'active')
    const [row] =
      await stage.sql`select person, extract(epoch from expires_at - started_at)::int as seconds from access_grant`
    expect(row).toEqual({ person: 'ann@acme.example', seconds: 1800 })
    expect(writesOf(stage.github)).toEqual(['PUT admin ann-acme'])
    await stage.world.until('the card', () => /Ann is Organisation owner/.test(stage.cardText(ofAnn)))
  })
})
