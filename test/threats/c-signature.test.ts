import type { OutgoingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signatureOf, slackClient } from '../doubles/slack/client.ts'
import type { SlackDelivery } from '../doubles/slack/delivery.ts'
import { eventually, givenStage, type Stage, yamlWith } from './b-stage.ts'
import { callsBut, commandBody, nowSeconds, raw, settled, signed } from './c-stage.ts'

let stage: Stage
let first: Stage['world']['server']
let pending: string

/** Two servers on one database; two of security decide, so that one vote leaves it open. */
beforeAll(async () => {
  stage = await givenStage({ yaml: (github) => yamlWith(github, { quorum: 2 }) })
  first = stage.world.server
  await stage.world.start()
  pending = await stage.ask('U0ANN', 'github:org-admin 30m')
  await stage.world.until('its card', () => stage.cardText(pending) !== '')
})
afterAll(async () => {
  await first.stop()
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const at = (server = stage.world.server) => `${server.url}/slack/events`
const post = (body: string | Buffer, headers: OutgoingHttpHeaders, url = at()) =>
  raw(url, { method: 'POST', headers, body })

type Forge = (genuine: Record<string, string>, body: string) => OutgoingHttpHeaders

const sign = (timestamp: number | string, body: string) => signatureOf(stage.world.signingSecret, timestamp, body)
const about = (timestamp: number | string): Forge => {
  return (_genuine, body) => signed(stage, body, timestamp)
}
const as = (change: (signature: string, body: string) => string | string[]): Forge => {
  return (genuine, body) => ({ ...genuine, 'x-slack-signature': change(genuine['x-slack-signature'] ?? '', body) })
}

const FORGED: readonly [string, Forge][] = [
  ['a bad signature', as((signature) => signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')))],
  ['none', ({ 'x-slack-signature': _, ...rest }) => rest],
  ['an empty one', as(() => '')],
  ['the right one twice', as((signature) => [signature, signature])],
  ['a wrong one before the right one', as((signature) => [`v0=${'0'.repeat(64)}`, signature])],
  ['upper case', as((signature) => signature.toUpperCase())],
  ['upper-case digits', as((signature) => `v0=${signature.slice(3).toUpperCase()}`)],
  ['truncated', as((signature) => signature.slice(0, -1))],
  ['only its version', as(() => 'v0=')],
  ['longer', as((signature) => `${signature}00`)],
  ['of another secret', as((_, body) => signatureOf('guess', nowSeconds(), body))],
  ['over another body', as((_, body) => sign(nowSeconds(), `${body}&more=1`))],
  ['over no body', as(() => sign(nowSeconds(), ''))],
  ['no timestamp', ({ 'x-slack-request-timestamp': _, ...rest }) => rest],
  [
    'another timestamp than the signed one',
    (genuine) => ({ ...genuine, 'x-slack-request-timestamp': String(nowSeconds() - 7) }),
  ],
  [
    'two timestamps',
    (genuine) => ({ ...genuine, 'x-slack-request-timestamp': [String(nowSeconds()), String(nowSeconds())] }),
  ],
  ['six minutes old', (genuine, body) => about(nowSeconds() - 360)(genuine, body)],
  ['six minutes ahead', (genuine, body) => about(nowSeconds() + 360)(genuine, body)],
  ['NaN', about('NaN')],
  ['twenty digits', about('9'.repeat(20))],
  ['negative', about('-1')],
  ['in hexadecimal', (genuine, body) => about(`0x${nowSeconds().toString(16)}`)(genuine, body)],
  ['in milliseconds', (genuine, body) => about(Date.now())(genuine, body)],
]

describe('C2: what Slack did not sign is 401 without a word, and writes nothing', () => {
  test.each(FORGED)('%s', async (_what, forge) => {
    const before = await settled(stage.sql)
    const calls = callsBut('U0ANN', stage.world.slack)
    for (const body of [commandBody(`approve ${pending}`), reactionBody()]) {
      const answer = await post(body, forge(signed(stage, body), body))
      expect([answer.status, answer.text]).toEqual([401, ''])
    }
    expect(await settled(stage.sql)).toEqual(before)
    expect(callsBut('U0ANN', stage.world.slack)).toBe(calls)
  })

  test('ten megabytes are 413, announced or in chunks, signed or not', async () => {
    const before = await settled(stage.sql)
    const body = `${commandBody(`approve ${pending}`)}&more=${'x'.repeat(10_000_000)}`
    for (const headers of [signed(stage, body), { 'content-type': 'application/json' }]) {
      expect((await post(body, { ...headers, 'content-length': body.length })).status).toBe(413)
      expect(await inChunks(body.slice(0, 1_000_000), headers)).toBe(413)
    }
    expect(await settled(stage.sql)).toEqual(before)
  })

  test.each([
    ['nothing', ''],
    ['a blank', ' '],
    ['no JSON', '{'],
    ['a number', '1'],
  ])('a signed body that is %s is refused', async (_what, body) => {
    const before = await settled(stage.sql)
    for (const type of ['application/json', 'text/plain; charset=utf-16', 'image/png', '*/*', 'x', '']) {
      // What is no media type at all is not even read.
      const isMedia = type.includes('/')
      expect((await post(body, { ...signed(stage, body), 'content-type': type })).status, type).toBe(
        isMedia ? 400 : 415,
      )
      expect((await post(body, { 'content-type': type })).status, type).toBe(isMedia ? 401 : 415)
    }
    expect(await settled(stage.sql)).toEqual(before)
  })

  test.each(['text/plain', 'multipart/form-data; boundary=x', 'application/xml', 'application/json'])(
    'a form that says it is “%s” is no form',
    async (type) => {
      const before = await settled(stage.sql)
      const body = commandBody(`approve ${pending}`)
      expect((await post(body, { ...signed(stage, body), 'content-type': type })).status).toBe(400)
      expect(await settled(stage.sql)).toEqual(before)
    },
  )
})

/** In pieces that do not say how many will come; the server may hang up before the last. */
async function inChunks(body: string, headers: OutgoingHttpHeaders): Promise<number> {
  return (await post(body, { ...headers, 'transfer-encoding': 'chunked' })).status
}

function reactionBody(): string {
  const { channel, ts } = stage.card(pending)
  const item = { type: 'message', channel, ts }
  const event = {
    type: 'reaction_added',
    user: 'U0SAM',
    reaction: 'white_check_mark',
    item,
    event_ts: '1795000000.0001',
  }
  return JSON.stringify({ type: 'event_callback', team_id: 'T0ACME', event_id: 'Ev0FORGED', event })
}

describe('C2: what Slack signed has one effect, however often it comes', () => {
  /** The same bytes to both servers in the same instant, and to both once more. */
  async function bothTwice({ sent }: SlackDelivery): Promise<void> {
    const again = () => [first, stage.world.server].map((server) => post(sent.body, sent.headers, at(server)))
    for (const { status } of [...(await Promise.all(again())), ...(await Promise.all(again()))])
      expect(status).toBe(200)
  }

  /** What the client would send, kept back: it is aimed at a server that takes nothing. */
  async function keptBack(act: (client: Stage['world']['client']) => Promise<SlackDelivery>): Promise<SlackDelivery> {
    const { signingSecret: secret, slack: workspace } = stage.world
    const nowhere = slackClient({ target: `${stage.world.server.url}/nowhere`, secret, workspace })
    const delivery = await act(nowhere)
    expect(delivery.status).toBe(404)
    return delivery
  }

  const votes = async (id: string) => (await stage.events(id)).filter((name) => name.startsWith('vote_'))
  const ask = () => stage.ask('U0ANN', 'github:team-sre 30m')
  async function askWithCard(): Promise<string> {
    const id = await ask()
    await stage.world.until('its card', () => stage.cardText(id) !== '')
    return id
  }

  test('a typed approval', async () => {
    const id = await ask()
    await bothTwice(await keptBack((client) => client.command('U0SAM', `approve ${id}`)))
    expect(await votes(id)).toEqual(['vote_counted'])
    await stage.say('U0ANN', `cancel ${id}`)
  })

  test('a press of a button', async () => {
    const id = await askWithCard()
    await bothTwice(await keptBack((client) => client.press('U0SAM', stage.card(id), 'Approve')))
    expect(await votes(id)).toEqual(['vote_counted'])
    await stage.say('U0ANN', `cancel ${id}`)
  })

  test('a reaction, also when Slack brings it once more under a new signature', async () => {
    const id = await askWithCard()
    const eventId = `Ev${id.slice(4).toUpperCase()}`
    const react = (client: Stage['world']['client']) => {
      const headers = { 'x-slack-retry-num': '1' }
      return client.react('U0SAM', stage.card(id), 'white_check_mark', {
        eventId,
        eventTs: '1795000000.000100',
        headers,
      })
    }
    await bothTwice(await keptBack(react))
    expect((await react(stage.world.client)).status).toBe(200)
    expect(await votes(id)).toEqual(['vote_counted'])
    await stage.say('U0ANN', `cancel ${id}`)
  })

  test('a request: what was taken back does not come back', async () => {
    const asked = await stage.world.client.command('U0BOB', 'request github:team-sre 17m')
    const id = /req_[0-9a-z]{8}/.exec(asked.text)?.[0] ?? ''
    await stage.say('U0BOB', `cancel ${id}`)
    await bothTwice(asked)
    expect(await stage.sql`select id from request where requester = 'bob@acme.example'`).toEqual([{ id }])
  })

  test('a filled-in form', async () => {
    const id = await askWithCard()
    await stage.world.client.press('U0SAM', stage.card(id), 'Deny…')
    const view = await stage.world.until('the form', () => stage.world.slack.views.at(-1))
    await bothTwice(await keptBack((client) => client.submitView('U0SAM', view, { reason: 'no' })))
    expect(await votes(id)).toEqual(['vote_counted'])
    expect(await stage.stateOf(id)).toBe('denied')
  })

  test('also by a server that was not there the first time', async () => {
    const id = await ask()
    const sent = await stage.world.client.command('U0SAM', `approve ${id}`)
    await stage.restart()
    await eventually('the server', async () => (await fetch(`${stage.world.server.url}/readyz`)).ok)
    expect((await post(sent.sent.body, sent.sent.headers)).status).toBe(200)
    expect(await votes(id)).toEqual(['vote_counted'])
  })
})
