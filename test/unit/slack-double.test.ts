import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { WebClient } from '@slack/web-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { slackClient } from '../doubles/slack/client.ts'
import { isRecord, type JsonRecord, recordOf } from '../doubles/slack/json.ts'
import { blockProblems, messageProblems, viewProblems } from '../doubles/slack/limits.ts'
import { buttonsOf, cardsIn, plainTextOf, threadOf } from '../doubles/slack/reading.ts'
import { type SlackMessage, type SlackWorkspace, startSlackWorkspace } from '../doubles/slack/workspace.ts'

const plain = (text: string) => ({ type: 'plain_text', text })
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true })
const section = (text: string, more: JsonRecord = {}) => ({ type: 'section', text: mrkdwn(text), ...more })
const button = (more: JsonRecord = {}) => ({ type: 'button', text: plain('Approve'), action_id: 'approve', ...more })
const actions = (...elements: JsonRecord[]) => ({ type: 'actions', elements })
const modal = (more: JsonRecord = {}) => ({ type: 'modal', title: plain('Deny'), blocks: [section('why')], ...more })
const inputOf = (id: string) => ({
  type: 'input',
  block_id: id,
  label: plain('Reason'),
  element: { type: 'plain_text_input', action_id: 'typed' },
})

let workspace: SlackWorkspace
let now = 1_795_000_000_000

beforeEach(async () => {
  now = 1_795_000_000_000
  workspace = await startSlackWorkspace({
    people: {
      U0ANN: { name: 'Ann Ames', email: 'ann@acme.example' },
      U0GUEST: { name: 'Gil', email: 'gil@other.example', team: 'T0OTHER', isStranger: true },
      U0GONE: { name: 'Gone', email: 'gone@acme.example', deleted: true },
    },
    channels: { C0CLOSED: { isMember: false }, C0SHARED: { isExtShared: true } },
    now: () => now,
  })
})
afterEach(() => workspace.close())

async function call(method: string, args: JsonRecord, token = 'xoxb-test'): Promise<JsonRecord> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const response = await fetch(`${workspace.apiUrl}${method}`, { method: 'POST', headers, body: JSON.stringify(args) })
  return recordOf(await response.json())
}

async function posted(args: JsonRecord = {}): Promise<SlackMessage> {
  const answer = await call('chat.postMessage', { channel: 'C0ACCESS', text: 'hello', ...args })
  const message = workspace.message(String(answer['channel']), String(answer['ts']))
  if (!message) throw new Error(JSON.stringify(answer))
  return message
}

/** A product that keeps what it was sent and answers what it is told. */
async function productAnswering(
  body = '',
): Promise<{ target: string; got: { headers: JsonRecord; body: string }[]; close: () => void }> {
  const got: { headers: JsonRecord; body: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    got.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return {
    target: `http://127.0.0.1:${isRecord(address) ? address['port'] : ''}`,
    got,
    close: () => server.closeAllConnections(),
  }
}

describe('blocks', () => {
  test.each<[string, JsonRecord[], string]>([
    ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), '/blocks'],
    ['an unknown block', [{ type: 'banner' }], '/blocks/0'],
    ['a section without text', [{ type: 'section' }], '/blocks/0'],
    ['3001 characters', [section('x'.repeat(3001))], '/blocks/0/text/text'],
    ['an empty text', [section('')], '/blocks/0/text/text'],
    ['11 fields', [{ type: 'section', fields: Array.from({ length: 11 }, () => mrkdwn('x')) }], '/blocks/0/fields'],
    ['a field of 2001', [{ type: 'section', fields: [mrkdwn('x'.repeat(2001))] }], '/blocks/0/fields/0/text'],
    ['mrkdwn that is not verbatim', [{ type: 'section', text: { type: 'mrkdwn', text: 'x' } }], '/blocks/0/text'],
    ['mrkdwn in a header', [{ type: 'header', text: mrkdwn('x') }], '/blocks/0/text/type'],
    ['a header of 151', [{ type: 'header', text: plain('x'.repeat(151)) }], '/blocks/0/text/text'],
    ['mrkdwn on a button', [actions(button({ text: mrkdwn('x') }))], '/blocks/0/elements/0/text/type'],
    ['a label of 76', [actions(button({ text: plain('x'.repeat(76)) }))], '/blocks/0/elements/0/text/text'],
    ['a value of 2001', [actions(button({ value: 'x'.repeat(2001) }))], '/blocks/0/elements/0/value'],
    ['a green button', [actions(button({ style: 'green' }))], '/blocks/0/elements/0/style'],
    ['an unknown field', [actions(button({ colour: 'red' }))], '/blocks/0/elements/0'],
    [
      '26 buttons',
      [actions(...Array.from({ length: 26 }, (_x, n) => button({ action_id: `${n}` })))],
      '/blocks/0/elements',
    ],
    ['one action_id twice', [actions(button(), button())], '/blocks/0/elements/1/action_id'],
    ['an action_id of 256', [actions(button({ action_id: 'x'.repeat(256) }))], '/blocks/0/elements/0/action_id'],
    ['one block_id twice', [section('a', { block_id: 'x' }), section('b', { block_id: 'x' })], '/blocks/1/block_id'],
    ['a button in a context', [{ type: 'context', elements: [button()] }], '/blocks/0/elements/0/type'],
    [
      'a confirm without a title',
      [actions(button({ confirm: { text: plain('x'), confirm: plain('y'), deny: plain('n') } }))],
      '/blocks/0/elements/0/confirm',
    ],
    ['13 201 characters', Array.from({ length: 5 }, () => section('x'.repeat(2641))), '/blocks'],
    [
      'an empty rich text',
      [{ type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text: '' }] }] }],
      '/blocks/0/elements/0/elements/0/text',
    ],
  ])('%s is refused', (_what, blocks, pointer) => {
    expect(blockProblems(blocks, 'message').map((each) => each.pointer)).toContain(pointer)
  })

  test('what fits is accepted', () => {
    const confirm = { title: plain('Sure?'), text: mrkdwn('*Really*'), confirm: plain('Yes'), deny: plain('No') }
    const blocks = [
      { type: 'header', text: plain('x'.repeat(150)) },
      section('x'.repeat(3000), { accessory: button({ style: 'danger', confirm }) }),
      {
        type: 'context',
        elements: [mrkdwn('req_1'), { type: 'image', image_url: 'https://a.example/i.png', alt_text: 'i' }],
      },
      { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text: 'why' }] }] },
      inputOf('reason'),
      { type: 'divider' },
      actions(button(), button({ action_id: 'deny' })),
    ]
    expect(messageProblems({ text: 'x'.repeat(4000), blocks })).toEqual([])
  })

  test('blocks need a text beside them, which is short', () => {
    expect(messageProblems({ blocks: [section('x')] })).toMatchObject([{ error: 'invalid_arguments' }])
    expect(messageProblems({ text: 'x'.repeat(4001) })).toMatchObject([{ error: 'msg_too_long' }])
    expect(messageProblems({})).toMatchObject([{ error: 'no_text' }])
  })

  test.each<[string, JsonRecord]>([
    ['without a title', { title: undefined }],
    ['with a title of 25', { title: plain('x'.repeat(25)) }],
    ['with an input but no submit', { blocks: [inputOf('reason')] }],
    ['with private_metadata of 3001', { private_metadata: 'x'.repeat(3001) }],
  ])('a modal %s is refused', (_what, more) => {
    expect(viewProblems(modal(more))).toMatchObject([{ error: 'invalid_arguments' }])
  })
})

describe('the Web API', () => {
  test('the real SDK posts, edits and reads a thread', async () => {
    const client = new WebClient('xoxb-test', { slackApiUrl: workspace.apiUrl })
    const changes: string[] = []
    workspace.onChange((change) => changes.push(change.kind === 'message' ? change.what : change.kind))
    const metadata = { event_type: 'request', event_payload: { id: 'req_1' } }
    const root = await client.chat.postMessage({
      channel: 'C0ACCESS',
      text: '{"not": "parsed"}',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'wanted', verbatim: true } }],
      metadata,
    })
    await client.chat.postMessage({ channel: 'C0ACCESS', text: 'asked', thread_ts: String(root.ts) })
    await client.chat.update({ channel: 'C0ACCESS', ts: String(root.ts), text: 'approved' })
    const thread = await client.conversations.replies({ channel: 'C0ACCESS', ts: String(root.ts) })
    const past = await client.conversations.history({ channel: 'C0ACCESS', include_all_metadata: true, limit: 5 })
    expect(thread.messages?.map(({ text }) => text)).toEqual(['approved', 'asked'])
    expect(past.messages).toMatchObject([{ text: 'approved', metadata, ts: root.ts }])
    expect(cardsIn(workspace, 'C0ACCESS')).toMatchObject([{ history: [{ text: '{"not": "parsed"}' }] }])
    expect(cardsIn(workspace, 'C0ACCESS').flatMap((card) => threadOf(workspace, card))).toMatchObject([
      { text: 'asked' },
    ])
    expect(changes).toEqual(['posted', 'posted', 'updated'])
    expect(workspace.problems).toEqual([])
  })

  test.each<[string, JsonRecord, string]>([
    ['chat.postMessage', { channel: 'C0CLOSED', text: 'x' }, 'not_in_channel'],
    ['chat.postMessage', { channel: 'nowhere', text: 'x' }, 'channel_not_found'],
    ['chat.postMessage', { channel: 'U0NOBODY', text: 'x' }, 'channel_not_found'],
    ['chat.update', { channel: 'C0ACCESS', ts: '1.2', text: 'x' }, 'message_not_found'],
    ['users.info', { user: 'U0NOBODY' }, 'user_not_found'],
    ['users.lookupByEmail', { email: 'nobody@acme.example' }, 'users_not_found'],
    ['users.lookupByEmail', { email: 'gone@acme.example' }, 'users_not_found'],
    ['conversations.replies', { channel: 'C0ACCESS', ts: '1.2' }, 'thread_not_found'],
  ])('%s %j is answered %s, and is nobody’s mistake', async (method, args, error) => {
    expect(await call(method, args)).toMatchObject({ ok: false, error })
    expect(workspace.problems).toEqual([])
    expect(workspace.calls).toMatchObject([{ method, ok: false, error }])
  })

  test.each<[string, JsonRecord, string]>([
    ['chat.scheduleMessage', {}, 'unknown_method'],
    ['chat.postMessage', { text: 'x' }, 'invalid_arguments'],
    ['chat.postMessage', { channel: 'C0ACCESS', text: 'x', thread_ts: '1.2' }, 'thread_not_found'],
    ['chat.postMessage', { channel: 'C0ACCESS', text: 'x', metadata: { event_type: 'x' } }, 'invalid_metadata_format'],
    ['views.open', { trigger_id: 'guess', view: modal() }, 'invalid_trigger_id'],
  ])('%s %j is answered %s, and is the caller’s mistake', async (method, args, error) => {
    expect(await call(method, args)).toMatchObject({ ok: false, error })
    expect(workspace.problems).toHaveLength(1)
  })

  test('invalid blocks are answered as Slack does', async () => {
    const blocks = [actions(...Array.from({ length: 26 }, (_x, n) => button({ action_id: `${n}` })))]
    expect(await call('chat.postMessage', { channel: 'C0ACCESS', text: 'x', blocks })).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: ['no more than 25 items allowed [json-pointer:/blocks/0/elements]'],
      response_metadata: { messages: ['[ERROR] no more than 25 items allowed [json-pointer:/blocks/0/elements]'] },
    })
    expect(workspace.messages.size).toBe(0)
  })

  test('another token is refused', async () => {
    expect(await call('auth.test', {}, 'xoxb-other')).toEqual({ ok: false, error: 'invalid_auth' })
  })

  test('a person’s id stands for the direct message with them', async () => {
    expect((await posted({ channel: 'U0ANN' })).channel).toBe('D0ANN')
    expect(await call('conversations.open', { users: 'U0ANN' })).toMatchObject({ channel: { id: 'D0ANN' } })
    expect(await call('conversations.info', { channel: 'C0SHARED' })).toMatchObject({
      channel: { is_ext_shared: true },
    })
    expect(await call('users.info', { user: 'U0GUEST' })).toMatchObject({
      user: { team_id: 'T0OTHER', is_stranger: true, profile: { email: 'gil@other.example' } },
    })
  })

  test('a trigger opens one view, within three seconds', async () => {
    const [late, good] = [workspace.issueTrigger('U0ANN'), workspace.issueTrigger('U0ANN')]
    const opened = await call('views.open', { trigger_id: good, view: modal() })
    expect(opened).toMatchObject({ ok: true, view: { type: 'modal' } })
    expect(await call('views.open', { trigger_id: good, view: modal() })).toMatchObject({
      error: 'exchanged_trigger_id',
    })
    now += 3001
    expect(await call('views.open', { trigger_id: late, view: modal() })).toMatchObject({ error: 'expired_trigger_id' })
    const { id, hash } = recordOf(opened['view'])
    expect(await call('views.update', { view_id: id, hash, view: modal({ title: plain('Done') }) })).toMatchObject({
      ok: true,
    })
    expect(await call('views.update', { view_id: id, hash, view: modal() })).toMatchObject({ error: 'hash_conflict' })
    expect(workspace.views).toMatchObject([{ user: 'U0ANN', view: { title: plain('Done') } }])
  })

  test('a fourth message at once is too fast, three are not', async () => {
    for (let n = 0; n < 3; n++) await posted()
    expect(workspace.tooFast).toEqual([])
    await posted()
    expect(workspace.tooFast).toMatchObject([{ channel: 'C0ACCESS' }])
    now += 1000
    await posted()
    expect(workspace.tooFast).toHaveLength(1)
  })
})

describe('faults', () => {
  test('a rate limit says when to come back, and then lets through', async () => {
    workspace.faults.failNext('chat.postMessage', { kind: 'rate_limited', retryAfterSeconds: 7 })
    const headers = { authorization: 'Bearer xoxb-test' }
    const body = new URLSearchParams({ channel: 'C0ACCESS', text: 'x' })
    const limited = await fetch(`${workspace.apiUrl}chat.postMessage`, { method: 'POST', headers, body })
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
    expect(await posted()).toMatchObject({ text: 'hello' })
  })

  test('after a reset the caller cannot know: once nothing happened, once it did', async () => {
    workspace.faults.failNext('chat.postMessage', { kind: 'reset_before' })
    workspace.faults.failNext('chat.postMessage', { kind: 'reset_after' })
    await expect(posted()).rejects.toThrow()
    expect(workspace.messages.size).toBe(0)
    await expect(posted()).rejects.toThrow()
    expect(workspace.messages.size).toBe(1)
  })

  test('errors on demand, for as often as planned, and an outage', async () => {
    workspace.faults.failNext('users.info', { kind: 'http500', times: 2 })
    workspace.faults.failNext('users.info', { kind: 'error', error: 'account_inactive' })
    const answers = []
    for (let n = 0; n < 4; n++) answers.push((await call('users.info', { user: 'U0ANN' }))['error'])
    expect(answers).toEqual(['internal_error', 'internal_error', 'account_inactive', undefined])
    workspace.faults.down = true
    expect(await call('auth.test', {})).toMatchObject({ error: 'service_unavailable' })
    expect(workspace.problems).toEqual([])
  })
})

describe('the driver', () => {
  test('signs what it sends, unless told otherwise, and sends the same bytes again', async () => {
    const product = await productAnswering('{"text":"ok"}')
    const slack = slackClient({ target: product.target, secret: 'shh', workspace })
    const first = await slack.command('U0ANN', 'request github:admin 30m')
    await slack.resend(first, { 'x-slack-retry-num': '1' })
    await slack.command('U0ANN', 'help', { signature: 'v0=0', headers: { 'x-slack-request-timestamp': undefined } })
    product.close()
    const [one, again, forged] = product.got
    const expected = createHmac('sha256', 'shh')
      .update(`v0:${now / 1000}:${one?.body}`)
      .digest('hex')
    expect(one?.headers['x-slack-signature']).toBe(`v0=${expected}`)
    expect(again).toMatchObject({
      body: one?.body,
      headers: { 'x-slack-signature': `v0=${expected}`, 'x-slack-retry-num': '1' },
    })
    expect(forged?.headers).not.toHaveProperty('x-slack-request-timestamp')
    expect(forged?.headers['x-slack-signature']).toBe('v0=0')
    expect(first).toMatchObject({ status: 200, body: { text: 'ok' } })
    const form = Object.fromEntries(new URLSearchParams(one?.body))
    expect(form).toMatchObject({
      command: '/thand',
      user_id: 'U0ANN',
      response_url: first.responseUrl,
      user_name: 'ann.ames',
    })
  })

  test('a click carries the button, and its response_url may replace the message five times', async () => {
    const product = await productAnswering()
    const slack = slackClient({ target: product.target, secret: 'shh', workspace })
    const message = await posted({ text: 'card', blocks: [actions(button({ value: 'opaque' }))] })
    const { responseUrl } = await slack.press('U0ANN', message, 'Approve')
    product.close()
    const payload = JSON.parse(new URLSearchParams(product.got[0]?.body).get('payload') ?? '')
    expect(payload).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0ANN', team_id: 'T0ACME' },
      actions: [{ action_id: 'approve', value: 'opaque' }],
      message: { ts: message.ts },
    })
    const body = JSON.stringify({ replace_original: true, text: 'approved' })
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await fetch(String(responseUrl), { method: 'POST', body })).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404])
    expect(message).toMatchObject({ text: 'approved', blocks: [] })
    expect(workspace.problems).toEqual(['response_url: more than 5 uses'])
    await expect(slack.press('U0ANN', message, 'Approve')).rejects.toThrow('no button Approve')
  })

  test('a reaction is an event and a fact', async () => {
    const product = await productAnswering()
    const slack = slackClient({ target: product.target, secret: 'shh', workspace })
    const message = await posted()
    await slack.react('U0ANN', message, '+1::skin-tone-4', { eventId: 'Ev1' })
    const seen = await call('reactions.get', { channel: message.channel, timestamp: message.ts })
    await slack.unreact('U0ANN', message, '+1::skin-tone-4')
    product.close()
    expect(seen).toMatchObject({ message: { reactions: [{ name: '+1::skin-tone-4', users: ['U0ANN'], count: 1 }] } })
    expect(JSON.parse(product.got[0]?.body ?? '')).toMatchObject({
      event_id: 'Ev1',
      event: { type: 'reaction_added', reaction: '+1::skin-tone-4', item: { ts: message.ts }, item_user: 'U0THAND' },
    })
    expect(message.reactions['+1::skin-tone-4']).toEqual([])
  })

  test('a submitted view carries what was typed, and complains about an answer to no input', async () => {
    const product = await productAnswering('{"response_action":"errors","errors":{"nothing":"no"}}')
    const slack = slackClient({ target: product.target, secret: 'shh', workspace })
    const view = modal({ submit: plain('Deny'), blocks: [inputOf('reason')], private_metadata: 'req_1' })
    await call('views.open', { trigger_id: workspace.issueTrigger('U0ANN'), view })
    const [opened] = workspace.views
    if (!opened) throw new Error('no view')
    await slack.submitView('U0ANN', opened, { reason: 'too broad' })
    product.close()
    const payload = JSON.parse(new URLSearchParams(product.got[0]?.body).get('payload') ?? '')
    expect(payload.view).toMatchObject({
      private_metadata: 'req_1',
      state: { values: { reason: { typed: { type: 'plain_text_input', value: 'too broad' } } } },
    })
    expect(workspace.problems).toEqual(['answer to view submission: no such input [json-pointer:/errors/nothing]'])
  })
})

test('a card reads as plain lines', () => {
  const blocks = [
    { type: 'header', text: plain('Waiting') },
    section('*<@U0ANN>* wants a &lt;role&gt; until <!date^1795000000^{time}|12:26 UTC>', { accessory: button() }),
    { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text: 'on *call*' }] }] },
    actions(button(), button({ text: plain('Deny…'), action_id: 'deny' })),
  ]
  expect(plainTextOf(blocks, { U0ANN: 'Ann' }).split('\n')).toEqual([
    '# Waiting',
    '@Ann wants a <role> until 12:26 UTC',
    '[ Approve ]',
    '> on *call*',
    '[ Approve ]  [ Deny… ]',
  ])
  const message = { channel: 'C', ts: '1.0', user: 'U', text: '', blocks, history: [], reactions: {} }
  expect(buttonsOf(message).map(({ label }) => label)).toEqual(['Approve', 'Approve', 'Deny…'])
})
