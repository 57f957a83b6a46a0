import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonRecord } from '../doubles/slack/json.ts'
import { givenStage, type Stage } from './b-stage.ts'
import { HOSTILE, seen } from './c-hostile.ts'
import { FORM, raw, settled, signed } from './c-stage.ts'

let stage: Stage
let id: string

beforeAll(async () => {
  stage = await givenStage()
  id = await stage.ask('U0ANN', 'github:org-admin 30m')
  await stage.world.until('its card', () => stage.cardText(id) !== '')
  for (const user of ['U0SAM', 'U0BOB']) await stage.say(user, 'mine')
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const url = () => `${stage.world.server.url}/slack/events`

async function post(body: string, type = FORM): Promise<number> {
  return (await raw(url(), { method: 'POST', headers: { ...signed(stage, body), 'content-type': type }, body })).status
}

type Send = (text: string) => Promise<number>

const command = (field: string): Send => {
  const fields = { team_id: 'T0ACME', channel_id: 'C0GENERAL', user_id: 'U0BOB', command: '/thand', text: 'mine' }
  return (text) => post(new URLSearchParams({ ...fields, [field]: text }).toString())
}

/** The payload with this text at the end of the path, such as `actions.0.value`. */
function withText(payload: JsonRecord, at: string, text: string): JsonRecord {
  const copy = structuredClone(payload)
  const steps = at.split('.')
  let node: JsonRecord = copy
  for (const step of steps.slice(0, -1)) node = node[step] as JsonRecord
  node[steps.at(-1) ?? ''] = text
  return copy
}

const person = { user: { id: 'U0BOB', team_id: 'T0ACME' }, team: { id: 'T0ACME' }, api_app_id: 'A0THAND' }

function press(): JsonRecord {
  const { channel, ts } = stage.card(id)
  const container = { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false }
  const actions = [{ type: 'button', action_id: 'thand:line:0', block_id: 'b', value: `show ${id}` }]
  return {
    type: 'block_actions',
    ...person,
    container,
    channel: { id: channel },
    message: { user: 'U0THAND', ts },
    actions,
  }
}

function submission(): JsonRecord {
  const values = { reason: { value: { type: 'plain_text_input', value: 'no' } } }
  return {
    type: 'view_submission',
    ...person,
    view: { callback_id: 'thand:deny', private_metadata: 'none', state: { values } },
  }
}

function asked(): JsonRecord {
  const element = (value: string) => ({ value: { type: 'plain_text_input', value } })
  const values = { role: element('github:none'), duration: element('30m'), reason: element('x') }
  return {
    type: 'view_submission',
    ...person,
    view: { callback_id: 'thand:request', private_metadata: '', state: { values } },
  }
}

function reaction(): JsonRecord {
  const { channel, ts } = stage.card(id)
  const item = { type: 'message', channel, ts }
  const event = {
    type: 'reaction_added',
    user: 'U0BOB',
    reaction: 'none',
    item,
    item_user: 'U0THAND',
    event_ts: '1795000000.000100',
  }
  return { type: 'event_callback', team_id: 'T0ACME', event_id: 'Ev0FIELD', event }
}

const interaction = (payload: () => JsonRecord, at: string): Send => {
  return (text) => post(new URLSearchParams({ payload: JSON.stringify(withText(payload(), at, text)) }).toString())
}
const event = (at: string): Send => {
  return (text) => post(JSON.stringify(withText(reaction(), at, text)), 'application/json')
}

const FIELDS: Readonly<Record<string, Send>> = {
  ...Object.fromEntries(
    ['team_id', 'channel_id', 'user_id', 'user_name', 'command', 'text', 'enterprise_id'].map((field) => [
      `command ${field}`,
      command(field),
    ]),
  ),
  ...Object.fromEntries(
    [
      ['type', 'user.id', 'user.team_id', 'team.id', 'api_app_id', 'actions.0.value', 'actions.0.action_id'],
      ['actions.0.block_id', 'container.type', 'container.channel_id', 'container.message_ts', 'message.user'],
    ]
      .flat()
      .map((at) => [`press ${at}`, interaction(press, at)]),
  ),
  ...Object.fromEntries(
    ['view.callback_id', 'view.private_metadata', 'view.state.values.reason.value.value'].map((at) => [
      `denying ${at}`,
      interaction(submission, at),
    ]),
  ),
  ...Object.fromEntries(
    ['role', 'duration', 'reason'].map((field) => [
      `asking ${field}`,
      interaction(asked, `view.state.values.${field}.value.value`),
    ]),
  ),
  ...Object.fromEntries(
    [
      'team_id',
      'event.type',
      'event.user',
      'event.reaction',
      'event.item.channel',
      'event.item.ts',
      'event.event_ts',
    ].map((at) => [`event ${at}`, event(at)]),
  ),
}

describe('C7: hostile text in a field does nothing', () => {
  test.each(Object.entries(FIELDS))('%s', async (_field, send) => {
    const before = await settled(stage.sql)
    for (const [name, text] of Object.entries(HOSTILE)) expect(await send(text), name).toBeLessThan(500)
    expect(await settled(stage.sql)).toEqual(before)
  })

  test('on a button that only its reader sees, as the reason of a request: it is kept as text', async () => {
    const { message: _, ...base } = press()
    for (const [n, text] of Object.values(HOSTILE).entries()) {
      const line = `request github:team-sre ${n + 1}m ${text}`
      const container = { type: 'message', message_ts: '1.1', channel_id: 'C0ACCESS', is_ephemeral: true }
      const payload = withText({ ...base, container }, 'actions.0.value', line)
      expect(await post(new URLSearchParams({ payload: JSON.stringify(payload) }).toString())).toBe(200)
    }
    const rows =
      await stage.sql`select reason from request where requester = 'bob@acme.example' order by duration_seconds`
    const kept = Object.values(HOSTILE).map((text) => Array.from(seen(text).trim()).slice(0, 2000).join(''))
    expect(rows.map((row) => row.reason)).toEqual(kept)
  })

  test('as the id of an event: the event counts once, under this id', async () => {
    for (const text of [HOSTILE['sql'] ?? '', HOSTILE['markup'] ?? '', HOSTILE['nul'] ?? '']) {
      for (const _ of [1, 2]) {
        const body = withText(withText(reaction(), 'event.reaction', 'x'), 'event_id', text)
        expect(await post(JSON.stringify(body), 'application/json')).toBeLessThan(500)
      }
    }
    const refused = (await stage.events(id)).filter((name) => name === 'vote_refused')
    expect(refused).toHaveLength(2)
    const kept = await stage.sql`select id from delivery where id like 'slack:event:%' order by id`
    expect(kept.map((row) => row.id)).toEqual([HOSTILE['sql'], HOSTILE['markup']].map((text) => `slack:event:${text}`))
  })

  test('in an expression: the answer to a search is what holds the text, not what the text says', async () => {
    for (const text of ['%', '_', "' or '1'='1", '.*', '$1'])
      expect(await stage.say('U0ANN', `roles ${text}`)).toMatch(/no such role/)
  })
})

describe('C7: statements are written, never put together from input', () => {
  const root = path.resolve(import.meta.dirname, '../..')
  const files = ['src', 'bots', 'providers'].flatMap((top) =>
    readdirSync(path.join(root, top), { recursive: true, encoding: 'utf8' }).map((file) => path.join(top, file)),
  )
  const sources = files.filter((file) => file.endsWith('.ts'))
  const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

  test('no statement is raw, and none is a text', () => {
    expect(sources.length).toBeGreaterThan(100)
    const RAW = /\bsql\s*\.\s*(?:raw|unsafe|identifier)\b|\.unsafe\s*\(|\bsql\s*\((?!\s*\))/
    expect(sources.filter((file) => RAW.test(read(file)))).toEqual([])
    const TEXT = /\.(?:execute|exec|query)\s*\(\s*(?!sql`|\)|\{)/
    const store = sources.filter((file) => file.startsWith('src/store/'))
    expect(store.filter((file) => TEXT.test(read(file)))).toEqual([])
  })

  test('only the store speaks to the database', () => {
    const DRIVER = /from '(?:postgres|drizzle-orm|@electric-sql)/
    expect(sources.filter((file) => DRIVER.test(read(file)) && !file.startsWith('src/store/'))).toEqual([])
  })

  test('no text becomes code', () => {
    const CODE = /\beval\s*\(|\bnew Function\b|\bvm\.|child_process/
    // `thand run` starts what its own person typed, `thand console --open` their browser, with no shell between.
    const starting = ['src/agent/run-child.ts', 'src/agent/open-in-browser.ts']
    const may = (file: string) => file.startsWith('src/demo/') || starting.includes(file)
    expect(sources.filter((file) => CODE.test(read(file)) && !may(file))).toEqual([])
    for (const file of starting) expect(read(file), file).not.toMatch(/\bexec(?:Sync|File)?\s*\(|shell:/)
  })
})
