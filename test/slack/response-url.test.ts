import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { postToResponseUrl } from '../../bots/slack/response-url.ts'
import type { SlackMessage } from '../doubles/slack/workspace.ts'
import { cardOf, openStage, type Stage, until } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
  stage.receive = async () => ({ kind: 'card', card: cardOf('You approved already'), isRefusal: false })
})
afterEach(() => stage.close())

async function posted(): Promise<SlackMessage> {
  const press = { kind: 'line', line: 'approve req_7k2mq9xd' } as const
  const card = cardOf('Ann asks', { buttons: [{ label: 'Approve', meaning: 'Approve', tone: 'good', press }] })
  const delivery = await stage.platform.post({ kind: 'channel', channel: 'C0ACCESS' }, card, { key: 'k' })
  const found = delivery.kind === 'sent' ? stage.slack.message('C0ACCESS', delivery.message.message) : undefined
  if (!found) throw new Error(JSON.stringify(delivery))
  return found
}

describe('C8: a response_url that is not Slack’s is never called', () => {
  test('the answer comes by another way', async () => {
    const card = await posted()
    const stranger = await serving(200)
    const { host, port } = new URL(stage.slack.url)
    const addresses = [
      stranger.url,
      `http://localhost:${port}/response/1`,
      `http://[::ffff:127.0.0.1]:${port}/response/1`,
      `http://user:word@${host}/response/1`,
      'http://169.254.169.254/latest/meta-data/',
      'http://hooks.slack.com/x',
      'https://hooks.slack.com.evil.example/x',
      'https://hooks.slack.com@evil.example/x',
      'file:///etc/passwd',
    ]
    for (const response_url of addresses)
      await stage.client.press('U0SAM', card, 'Approve', { extra: { response_url } })
    await until(() => (stage.slack.ephemerals.length === addresses.length ? true : undefined))
    expect([stranger.calls(), stage.slack.responses]).toEqual([0, []])
    await stranger.close()
  })

  test('nor is one to which Slack’s redirects', async () => {
    const stranger = await serving(200)
    const slack = await serving(307, { location: stranger.url })
    const target = { url: slack.url, apiOrigin: new URL(slack.url).origin }
    expect(await postToResponseUrl(target, { text: 'x', blocks: [] })).toBe(false)
    expect([slack.calls(), stranger.calls()]).toEqual([1, 0])
    await Promise.all([slack.close(), stranger.close()])
  })
})

async function serving(status: number, headers: Record<string, string> = {}) {
  let calls = 0
  const server = createServer((_request, response) => {
    calls += 1
    response.writeHead(status, headers).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/x`
  return { url, calls: () => calls, close: () => new Promise((closed) => server.close(closed)) }
}
