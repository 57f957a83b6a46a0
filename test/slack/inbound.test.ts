import { describe, expect, test } from 'vitest'
import type { Reading } from '../../bots/slack/heard.ts'
import { readCommand, readPress, readReaction, readSubmission } from '../../bots/slack/inbound.ts'
import { UnreadablePayload } from '../../bots/slack/turn.ts'

const bot = async () => ({ userId: 'U0THAND', botId: 'B0THAND' })
const home: Reading = { team: 'T0ACME', bot }
const grid: Reading = { team: 'E0ACME', bot }
const mute: Reading = { team: 'T0ACME', bot: () => Promise.reject(new Error('Slack is down')) }

const command = (more: object = {}) => ({
  token: 'legacy',
  team_id: 'T0ACME',
  channel_id: 'C0GENERAL',
  user_id: 'U0ANN',
  user_name: 'sam',
  command: '/thand',
  text: 'mine',
  response_url: 'https://hooks.slack.com/commands/1',
  trigger_id: '1.2.x',
  ...more,
})

describe('a slash command', () => {
  test.each([
    ['a line', 'mine', { kind: 'line', text: 'mine' }],
    ['spaces around it', '  mine ', { kind: 'line', text: 'mine' }],
    ['unescaped once', 'deny req_1 a &lt; b &amp;lt; c', { kind: 'line', text: 'deny req_1 a < b &lt; c' }],
    ['bidi and zero width', 'mi\u202ene\u200b\u0000', { kind: 'line', text: 'mine' }],
    ['half a pair', 'x \ud83d y', { kind: 'line', text: 'x \u{fffd} y' }],
    ['alone', '', { kind: 'open_form', form: 'request', message: undefined }],
  ])('%s', async (_what, text, input) => {
    const heard = await readCommand(command({ text }), home)
    expect(heard.input).toEqual(input)
    expect(heard.sender).toEqual({ platform: 'slack', tenant: 'T0ACME', account: 'U0ANN' })
    expect(heard.channel).toBe('C0GENERAL')
  })

  test('C3: of another workspace keeps its true tenant', async () => {
    expect((await readCommand(command({ team_id: 'T0EVIL' }), home)).sender.tenant).toBe('T0EVIL')
    expect((await readCommand(command({ team_id: 'T0EVIL', enterprise_id: 'E0ACME' }), home)).sender.tenant).toBe(
      'T0EVIL',
    )
    expect((await readCommand(command({ team_id: 'T0ONE', enterprise_id: 'E0ACME' }), grid)).sender.tenant).toBe(
      'E0ACME',
    )
    expect((await readCommand(command({ team_id: 'T0ONE', enterprise_id: 'E0EVIL' }), grid)).sender.tenant).toBe(
      'E0EVIL',
    )
  })

  test.each([
    ['no user', { user_id: undefined }],
    ['two users', { user_id: ['U0ANN', 'U0SAM'] }],
    ['a user that is markup', { user_id: '<@U0ANN>' }],
    ['no team', { team_id: '' }],
  ])('%s is unreadable', async (_what, more) => {
    await expect(readCommand(command(more), home)).rejects.toThrow(UnreadablePayload)
  })
})

const press = (more: object = {}, action: object = {}) => ({
  type: 'block_actions',
  user: { id: 'U0SAM', username: 'ann', name: 'ann', team_id: 'T0ACME' },
  api_app_id: 'A0THAND',
  team: { id: 'T0ACME', domain: 'acme' },
  enterprise: null,
  container: { type: 'message', message_ts: '1795000000.000100', channel_id: 'C0ACCESS', is_ephemeral: false },
  channel: { id: 'C0ACCESS', name: 'access' },
  message: { type: 'message', user: 'U0THAND', ts: '1795000000.000100', text: 'by the sender of the payload' },
  response_url: 'https://hooks.slack.com/actions/1',
  trigger_id: '1.2.x',
  actions: [{ type: 'button', action_id: 'thand:line:0', block_id: 'b', value: 'approve req_1', ...action }],
  ...more,
})
const CARD = { channel: 'C0ACCESS', message: '1795000000.000100' }

describe('a press', () => {
  test.each([
    ['on our card', press(), true],
    ['on our card, told by the bot id', press({ message: { bot_id: 'B0THAND' } }), true],
    ['on the card of somebody else', press({ message: { user: 'U0EVIL', bot_id: 'B0EVIL' } }), false],
    ['on a message without an author', press({ message: {} }), false],
  ])('%s', async (_what, body, isOurs) => {
    const heard = await readPress(body, home)
    expect(heard?.input).toEqual({ kind: 'press', line: 'approve req_1', message: CARD, isOurs })
    expect(heard?.sender).toEqual({ platform: 'slack', tenant: 'T0ACME', account: 'U0SAM' })
  })

  test('while Slack cannot tell who we are, the app that it names as the author has to do', async () => {
    const ofApp = (app_id: string) => readPress(press({ message: { app_id } }), mute)
    expect(await ofApp('A0THAND')).toMatchObject({ input: { isOurs: true } })
    expect(await ofApp('A0EVIL')).toMatchObject({ input: { isOurs: false } })
  })

  test('on what only one person sees names no message', async () => {
    const container = { type: 'message', message_ts: '1.1', channel_id: 'C0ACCESS', is_ephemeral: true }
    const heard = await readPress(press({ container, message: undefined }), home)
    expect(heard?.input).toMatchObject({ kind: 'press', message: undefined })
    expect(heard?.channel).toBe('C0ACCESS')
  })

  test('that asks for a form', async () => {
    const heard = await readPress(press({}, { action_id: 'thand:form:1', value: 'deny req_1' }), home)
    expect(heard?.input).toEqual({ kind: 'open_form', form: 'deny req_1', message: CARD })
  })

  test('in a thread is answered there', async () => {
    const container = { type: 'message', message_ts: '2.1', thread_ts: '1.1', channel_id: 'C0ACCESS' }
    expect((await readPress(press({ container }), home))?.place.thread).toBe('1.1')
  })

  test('of another app, or without a value, is nothing to us', async () => {
    expect(await readPress(press({}, { action_id: 'other' }), home)).toBeUndefined()
    expect(await readPress(press({}, { value: undefined }), home)).toBeUndefined()
  })

  test.each([
    ['a guest of another workspace', { user: { id: 'U0EVIL', team_id: 'T0EVIL' } }, home, 'T0EVIL'],
    ['the same workspace of our enterprise', { enterprise: { id: 'E0ACME' } }, grid, 'E0ACME'],
    ['the enterprise as the team', { user: { id: 'U0SAM', team_id: 'E0ACME' } }, grid, 'E0ACME'],
    [
      'another workspace, in a channel shared with our enterprise',
      { enterprise: { id: 'E0ACME' }, user: { id: 'U0EVIL', team_id: 'T0EVIL' } },
      grid,
      'T0EVIL',
    ],
  ])('the tenant is the person’s own: %s', async (_what, more, reading, tenant) => {
    expect((await readPress(press(more), reading))?.sender.tenant).toBe(tenant)
  })
})

const submission = (view: object = {}) => ({
  type: 'view_submission',
  user: { id: 'U0SAM', team_id: 'T0ACME', name: 'ann' },
  team: { id: 'T0ACME' },
  api_app_id: 'A0THAND',
  trigger_id: '1.2.x',
  view: {
    id: 'V1',
    callback_id: 'thand:deny',
    private_metadata: 'req_1',
    state: { values: { reason: { value: { type: 'plain_text_input', value: 'a &lt; <b>' } } } },
    ...view,
  },
})

describe('a submitted form', () => {
  test('brings what was typed, raw, and what the form is about', async () => {
    const heard = await readSubmission(submission(), home)
    expect(heard?.input).toEqual({ kind: 'form', form: 'deny', about: 'req_1', values: { reason: 'a &lt; <b>' } })
  })

  test('brings a choice by its value, and an empty input as nothing', async () => {
    const values = {
      role: { value: { type: 'static_select', selected_option: { value: 'github:org-admin', text: {} } } },
      duration: { value: { type: 'static_select', selected_option: null } },
      reason: { value: { type: 'plain_text_input', value: null } },
    }
    const heard = await readSubmission(submission({ callback_id: 'thand:request', state: { values } }), home)
    expect(heard?.input).toMatchObject({ values: { role: 'github:org-admin', duration: '', reason: '' } })
    expect(heard?.place.firstField).toBe('role')
  })

  test('of another name is nothing to us', async () => {
    expect(await readSubmission(submission({ callback_id: 'thand:other' }), home)).toBeUndefined()
  })
})

const reaction = (event: object = {}, more: object = {}) => ({
  type: 'event_callback',
  team_id: 'T0ACME',
  event_id: 'Ev1',
  is_ext_shared_channel: false,
  event: {
    type: 'reaction_added',
    user: 'U0SAM',
    reaction: 'white_check_mark',
    item: { type: 'message', channel: 'C0ACCESS', ts: '1795000000.000100' },
    item_user: 'U0THAND',
    event_ts: '1795000060.001200',
    ...event,
  },
  ...more,
})

describe('C13: a reaction', () => {
  test.each([
    ['white_check_mark', 'yes'],
    ['x', 'no'],
    ['white_check_mark::skin-tone-4', 'yes'],
    ['x::skin-tone-2', 'no'],
  ])(':%s: is %s', async (name, vote) => {
    const heard = await readReaction(reaction({ reaction: name }), home)
    expect(heard?.input).toEqual({ kind: 'reaction', vote, isAdded: true, message: CARD, at: 1_795_000_060_001_200 })
  })

  test.each([
    ['another name', { reaction: '+1' }],
    ['a look-alike', { reaction: 'heavy_check_mark' }],
    ['no name of ours before the colons', { reaction: '::white_check_mark' }],
    ['our own', { user: 'U0THAND' }],
    ['on a message of somebody else', { item_user: 'U0EVIL' }],
    ['on a file', { item: { type: 'file', file: 'F1' } }],
  ])('%s is heard by nobody', async (_what, event) => {
    expect(await readReaction(reaction(event), home)).toBeUndefined()
  })

  test('taken away', async () => {
    expect(await readReaction(reaction({ type: 'reaction_removed' }), home)).toMatchObject({
      input: { isAdded: false },
    })
  })

  test('without a named author is left to whoever knows our messages', async () => {
    expect(await readReaction(reaction({ item_user: undefined }), home)).toBeDefined()
  })

  test.each([
    ['1795000060.5', 1_795_000_060_500_000],
    ['1795000060', 1_795_000_060_000_000],
    ['1795000060.123456', 1_795_000_060_123_456],
  ])('%s is %i microseconds', async (event_ts, at) => {
    expect(await readReaction(reaction({ event_ts }), home)).toMatchObject({ input: { at } })
  })

  test('C18: in a shared channel says so, and names the workspace of the person', async () => {
    const heard = await readReaction(reaction({ user_team: 'T0EVIL' }, { is_ext_shared_channel: true }), home)
    expect(heard).toMatchObject({ isSharedOutside: true, sender: { tenant: 'T0EVIL' } })
  })

  test('in an enterprise', async () => {
    const ofGrid = { team_id: 'T0ONE', context_enterprise_id: 'E0ACME' }
    expect((await readReaction(reaction({}, ofGrid), grid))?.sender.tenant).toBe('E0ACME')
    expect((await readReaction(reaction({ user_team: 'T0EVIL' }, ofGrid), grid))?.sender.tenant).toBe('T0EVIL')
  })

  test('is not counted while we do not know who we are: Slack brings it again', async () => {
    await expect(readReaction(reaction(), mute)).rejects.toThrow('Slack is down')
  })
})
