import { afterEach, describe, expect, test } from 'vitest'
import { givenStage, type Stage } from './b-stage.ts'
import { commandBody, raw, signed } from './c-stage.ts'

let stage: Stage
afterEach(() => stage.close())

const FORGED = {
  'x-forwarded-for': '6.6.6.6, 203.0.113.9',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '443',
  'x-real-ip': '6.6.6.6',
  'true-client-ip': '6.6.6.6',
  'cf-connecting-ip': '6.6.6.6',
  forwarded: 'for=6.6.6.6;host=evil.example;proto=https',
  host: 'evil.example',
}

/** What the log says of who sent something that was refused. */
async function remoteOf(headers: Readonly<Record<string, string>>): Promise<unknown> {
  const { log, server } = stage.world
  const from = log.length
  expect((await raw(`${server.url}/slack/events`, { method: 'POST', headers, body: 'x' })).status).toBe(401)
  const line = log.slice(from).find((each) => each.includes('slack_request_refused'))
  return JSON.parse(line ?? '{}').remote
}

describe('C9: who is behind a connection is said by a configured proxy only', () => {
  test.each([
    ['no proxy is configured', {}],
    ['the proxies are others', { THAND_TRUSTED_PROXIES: '10.0.0.0/8,203.0.113.0/24' }],
  ])('%s: forged headers change nothing', async (_what, env) => {
    stage = await givenStage({ env })
    expect(await remoteOf({})).toBe('127.0.0.1')
    expect(await remoteOf(FORGED)).toBe('127.0.0.1')
    for (const at of ['/healthz', '/readyz', '/nothing-there']) {
      const plain = await raw(`${stage.world.server.url}${at}`)
      const forged = await raw(`${stage.world.server.url}${at}`, { headers: FORGED })
      expect([forged.status, forged.text, forged.headers.location]).toEqual([plain.status, plain.text, undefined])
    }
    const body = commandBody('request github:org-admin 30m x', 'U0ANN')
    const headers = { ...signed(stage, body), ...FORGED }
    const asked = await raw(`${stage.world.server.url}/slack/events`, { method: 'POST', headers, body })
    expect(asked.text).toContain('Asked')
    expect(asked.text).not.toContain('evil.example')
    await stage.world.until('the card', () => stage.world.slack.messages.size > 0)
    const kept = await stage.sql`select detail::text as detail from audit_event`
    const said = [...[...stage.world.slack.messages.values()].map((each) => JSON.stringify(each)), ...stage.world.log]
    expect([...said, ...kept.map((row) => row.detail)].join('\n')).not.toMatch(/evil\.example|6\.6\.6\.6/)
  })

  test('the peer is one of ours: the last address that no proxy of ours added is believed, and no earlier one', async () => {
    stage = await givenStage({ env: { THAND_TRUSTED_PROXIES: '127.0.0.0/8,203.0.113.0/24' } })
    expect(await remoteOf({})).toBe('127.0.0.1')
    expect(await remoteOf({ 'x-forwarded-for': '6.6.6.6, 198.51.100.7, 203.0.113.9' })).toBe('198.51.100.7')
    expect(await remoteOf({ 'x-forwarded-for': '198.51.100.7' })).toBe('198.51.100.7')
    expect(await remoteOf({ forwarded: 'for=6.6.6.6', 'x-real-ip': '6.6.6.6' })).toBe('127.0.0.1')
  })
})
