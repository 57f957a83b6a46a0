import { describe, expect, test } from 'vitest'
import type { Reading } from '../../bots/slack/heard.ts'
import { readMessage } from '../../bots/slack/inbound-message.ts'
import { readHomeOpened, readShortcut, readSuggestion } from '../../bots/slack/inbound-view.ts'
import { UnreadablePayload } from '../../bots/slack/turn.ts'

const bot = async () => ({ userId: 'U0THAND', botId: 'B0THAND' })
const home: Reading = { team: 'T0ACME', bot }
const grid: Reading = { team: 'E0ACME', bot }

const person = { user: { id: 'U0ANN', team_id: 'T0ACME' }, team: { id: 'T0ACME' }, enterprise: null }
const shortcut = (more: object = {}) => ({
  type: 'shortcut',
  ...person,
  callback_id: 'thand:request',
  trigger_id: '1.2.x',
  ...more,
})
const suggestion = (more: object = {}) => ({
  type: 'block_suggestion',
  ...person,
  action_id: 'thand:search',
  block_id: 'role',
  value: 'org',
  view: { callback_id: 'thand:request' },
  ...more,
})
const event = (one: object, more: object = {}) => ({ type: 'event_callback', team_id: 'T0ACME', event: one, ...more })
const opened = (more: object = {}) =>
  event({ type: 'app_home_opened', user: 'U0ANN', tab: 'home', channel: 'D0ANN' }, more)
const direct = (one: object = {}, more: object = {}) =>
  event({ type: 'message', channel_type: 'im', user: 'U0ANN', channel: 'D0ANN', text: 'mine', ...one }, more)

describe('C3: the workspace is the person’s own, whatever way they came', () => {
  const stranger = { user: { id: 'U0EVE', team_id: 'T0EVIL' } }
  test('the shortcut and the search', async () => {
    expect((await readShortcut(shortcut(stranger), home))?.sender.tenant).toBe('T0EVIL')
    expect((await readSuggestion(suggestion(stranger), home))?.sender.tenant).toBe('T0EVIL')
    expect((await readShortcut(shortcut({ enterprise: { id: 'E0ACME' } }), grid))?.sender.tenant).toBe('E0ACME')
  })

  test('an opened page and a message', async () => {
    expect((await readHomeOpened(opened({ team_id: 'T0EVIL' }), home))?.sender.tenant).toBe('T0EVIL')
    expect((await readHomeOpened(opened({ context_enterprise_id: 'E0ACME' }), grid))?.sender.tenant).toBe('E0ACME')
    expect((await readMessage(direct({ user_team: 'T0EVIL' }), home))?.sender.tenant).toBe('T0EVIL')
    expect((await readMessage(direct({}, { team_id: 'T0EVIL' }), home))?.sender.tenant).toBe('T0EVIL')
  })
})

describe('what is heard', () => {
  test('the search brings what is typed, without what nobody can see, and no end of it', async () => {
    const heard = await readSuggestion(suggestion({ value: `or\u202eg\u200b ${'x'.repeat(9999)}` }), home)
    expect(heard?.input).toMatchObject({ kind: 'suggest', form: 'request', field: 'role' })
    expect(JSON.stringify(heard?.input)).toMatch(/"typed":"org x{196}"/)
  })

  test('nothing of another form, another shortcut or another tab', async () => {
    expect(await readSuggestion(suggestion({ view: { callback_id: 'thand:deny' } }), home)).toBeUndefined()
    expect(await readShortcut(shortcut({ callback_id: 'thand:deny req_7k2mq9xd' }), home)).toBeUndefined()
    const messages = event({ type: 'app_home_opened', user: 'U0ANN', tab: 'messages' })
    expect(await readHomeOpened(messages, home)).toBeUndefined()
  })

  test.each([
    ['mine', 'mine'],
    ['  <@U0THAND> mine', 'mine'],
    ['<@U0THAND|thand>: mine ', 'mine'],
    ['/thand mine', 'mine'],
    ['`mine`', 'mine'],
    ['deny req_1 a &lt; b &amp;lt; c', 'deny req_1 a < b &lt; c'],
    ['deny req_1 &lt;@U0SAM&gt;', 'deny req_1 <@U0SAM>'],
    ['deny req_1 <@U0SAM>', 'deny req_1 @U0SAM'],
    ['deny req_1 <#C0ONE|> <!date^1^{time}|now>', 'deny req_1 #C0ONE now'],
    ['', ''],
  ])('the direct message “%s” is the line “%s”', async (text, line) => {
    expect((await readMessage(direct({ text }), home))?.input).toEqual({ kind: 'line', text: line })
  })
})

test.each([
  ['no user', () => readShortcut(shortcut({ user: undefined }), home)],
  ['a user that is markup', () => readSuggestion(suggestion({ user: { id: '<@U0ANN>' } }), home)],
  ['a field that is none', () => readSuggestion(suggestion({ block_id: 7 }), home)],
  ['no tab', () => readHomeOpened(event({ user: 'U0ANN' }), home)],
  ['a channel that is none', () => readMessage(direct({ channel: '#general' }), home)],
  ['a thread that is none', () => readMessage(direct({ thread_ts: 'now' }), home)],
])('%s is unreadable', async (_what, act) => {
  await expect(act()).rejects.toThrow(UnreadablePayload)
})
