import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { signatureOf } from '../doubles/slack/client.ts'
import { cardOf, OLD_SECRET, openStage, SECRET, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const COMMAND =
  'token=legacy&team_id=T0ACME&channel_id=C0GENERAL&user_id=U0ANN&command=%2Fthand&text=mine&response_url=http%3A%2F%2Fx'
const nowSeconds = () => Math.floor(Date.now() / 1000)

describe('C2: what is not genuine is 401 without a body, and nobody hears of it', () => {
  const at = nowSeconds()
  test.each([
    ['another secret', { secret: 'guess' }],
    ['six minutes old', { timestamp: at - 360 }],
    ['six minutes ahead', { timestamp: at + 360 }],
    ['a day ahead', { timestamp: at + 86_400 }],
    ['no signature', { headers: { 'x-slack-signature': undefined } }],
    ['no timestamp', { headers: { 'x-slack-request-timestamp': undefined } }],
    ['NaN', { timestamp: 'NaN' }],
    ['twenty digits', { timestamp: '1'.repeat(20) }],
    ['a float', { timestamp: `${at}.5` }],
    ['upper case', { signature: signatureOf(SECRET, at, COMMAND).toUpperCase(), timestamp: at }],
    ['truncated', { signature: signatureOf(SECRET, at, COMMAND).slice(0, -2), timestamp: at }],
    ['version 1', { signature: signatureOf(SECRET, at, COMMAND).replace('v0', 'v1'), timestamp: at }],
    ['over another body', { signature: signatureOf(SECRET, at, `${COMMAND}x`), timestamp: at }],
    ['two signatures', { headers: { 'x-slack-signature': `${signatureOf(SECRET, at, COMMAND)}, v0=00` } }],
  ])('%s', async (_what, options) => {
    const delivery = await stage.client.signed(COMMAND, options)
    expect([delivery.status, delivery.text, stage.heard]).toEqual([401, '', []])
  })

  test('an unsigned probe of the certificate is answered empty and dispatches nothing', async () => {
    const headers = { 'x-slack-signature': undefined, 'x-slack-request-timestamp': undefined }
    const probe = await stage.client.signed(`ssl_check=1&${COMMAND}`, { headers })
    expect([probe.status, probe.text, stage.heard]).toEqual([200, '', []])
    expect((await stage.client.signed(`ssl_check=1&${COMMAND}`, { secret: 'guess' })).status).toBe(401)
  })

  test('the challenge of a url verification is echoed only when it is signed', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c', token: 'legacy' })
    const contentType = 'application/json'
    expect((await stage.client.signed(body, { contentType })).body).toEqual({ challenge: 'c' })
    expect((await stage.client.signed(body, { contentType, secret: 'guess' })).status).toBe(401)
  })
})

test('either secret of a rotation signs', async () => {
  expect((await stage.client.signed(COMMAND)).status).toBe(200)
  expect((await stage.client.signed(COMMAND, { secret: OLD_SECRET })).status).toBe(200)
  expect(stage.heard).toHaveLength(2)
})

test('the same bytes again have the same delivery id, other bytes another', async () => {
  const first = await stage.client.command('U0ANN', 'mine')
  await stage.client.resend(first)
  await stage.client.command('U0ANN', 'mine')
  const [one, again, other] = stage.heard.map(({ deliveryId }) => deliveryId)
  expect(one).toMatch(/^signature:[0-9a-f]{64}$/)
  expect(again).toBe(one)
  expect(other).not.toBe(one)
})

test('a retry of an event, signed anew, keeps the id of the event', async () => {
  const event = {
    type: 'reaction_added',
    user: 'U0SAM',
    reaction: 'x',
    item: { type: 'message', channel: 'C0ACCESS', ts: '1795000000.000100' },
  }
  await stage.client.event(event, { eventId: 'Ev0ONE' })
  await stage.client.event(event, { eventId: 'Ev0ONE', headers: { 'x-slack-retry-num': '1' } })
  expect(stage.heard.map(({ deliveryId }) => deliveryId)).toEqual(['event:Ev0ONE', 'event:Ev0ONE'])
})

describe('odd bodies that Slack signed', () => {
  test.each([
    ['empty', ''],
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an event that is text', '{"event":"reaction_added"}'],
    ['no actions', '{"type":"block_actions","actions":[]}'],
    ['a polluting key', '{"__proto__":{"command":"/thand"},"event":1}'],
  ])('%s is 400', async (_what, body) => {
    expect((await stage.client.signed(body, { contentType: 'application/json' })).status).toBe(400)
    expect(stage.heard).toEqual([])
  })

  test('a command without a user, a payload that is no JSON: 400', async () => {
    expect((await stage.client.signed('command=%2Fthand&text=mine&team_id=T0ACME')).status).toBe(400)
    expect((await stage.client.signed('payload=%7B')).status).toBe(400)
    expect(stage.heard).toEqual([])
  })

  test('10 MB is 413 before anything is read', async () => {
    const delivery = await stage.client.signed(`${COMMAND}&more=${'x'.repeat(600 * 1024)}`)
    expect(delivery.status).toBe(413)
    expect((await stage.client.signed('x'.repeat(10_000_000), { secret: 'guess' })).status).toBe(413)
  })

  test('a charset beside the content type is read, another content type is JSON or nothing', async () => {
    const charset = 'application/x-www-form-urlencoded; charset=utf-8'
    expect((await stage.client.signed(COMMAND, { contentType: charset })).status).toBe(200)
    expect((await stage.client.signed(COMMAND, { contentType: 'text/plain' })).status).toBe(400)
    expect((await stage.client.signed(COMMAND, { contentType: 'image/png' })).status).toBe(400)
    expect((await stage.client.signed('{}', { contentType: 'nonsense' })).status).toBeLessThan(500)
    expect(stage.heard).toHaveLength(1)
  })

  test('what nobody listens to is 200 and heard by nobody', async () => {
    const payload = (body: object) => stage.client.signed(JSON.stringify(body), { contentType: 'application/json' })
    const person = { user: { id: 'U0ANN', team_id: 'T0ACME' }, team: { id: 'T0ACME' } }
    expect((await payload({ type: 'shortcut', callback_id: 'x', ...person })).status).toBe(200)
    expect((await payload({ type: 'block_suggestion', action_id: 'x', ...person })).status).toBe(200)
    expect((await payload({ type: 'event_callback', event_id: 'Ev1', event: { type: 'team_join' } })).status).toBe(200)
    expect((await payload({ nothing: true })).status).toBe(200)
    expect(stage.heard).toEqual([])
  })
})

test('other routes of the server keep their own parsers', async () => {
  const answer = await fetch(`${stage.url}/api/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  })
  expect(await answer.json()).toEqual({ a: 1 })
  expect((await fetch(`${stage.url}/slack/events`)).status).toBe(404)
})

test('closing waits for an answer that is still on its way', async () => {
  stage.receive = async () => ({ kind: 'card', card: cardOf('Here it is'), isRefusal: false })
  stage.slack.faults.failNext('response_url', { kind: 'slow', delayMs: 300 })
  const [message] = [
    await stage.platform.post({ kind: 'channel', channel: 'C0ACCESS' }, cardWithButton(), { key: 'k' }),
  ]
  if (message.kind !== 'sent') throw new Error(message.kind)
  const card = stage.slack.message(message.message.channel, message.message.message)
  if (!card) throw new Error('no card')
  await stage.client.press('U0SAM', card, 'Show')
  await stage.platform.stop()
  expect(stage.slack.responses).toHaveLength(1)
})

function cardWithButton() {
  return cardOf('Ann asks', {
    buttons: [{ label: 'Show', meaning: 'Show it', tone: 'plain', press: { kind: 'line', line: 'show req_1' } }],
  })
}
