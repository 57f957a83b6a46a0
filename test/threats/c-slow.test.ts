import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { givenStage, pause, type Stage, yamlWith } from './b-stage.ts'
import { raw } from './c-stage.ts'

let stage: Stage
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const CLOSED_WITHIN_MS = 20_000
const HEAD = 'POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n'

const API = 'POST /api/v1/'
const BODY = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10000\r\n\r\n'

function open(): Socket {
  const { hostname, port } = new URL(stage.world.server.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  sockets.push(socket)
  return socket
}

/** How long the server held on, in ms; no longer than this test waits. */
async function closing(isOver: () => boolean): Promise<number> {
  const started = performance.now()
  while (!isOver() && performance.now() - started < CLOSED_WITHIN_MS + 1_000) await pause(50)
  return performance.now() - started
}

/** Says this, and then one byte more every half second for as long as somebody listens. */
function dripping(said: string, drop: string): Promise<number> {
  const socket = open()
  socket.resume()
  socket.write(said)
  const timer = setInterval(() => socket.write(drop), 500)
  return closing(() => socket.destroyed || socket.readableEnded).finally(() => clearInterval(timer))
}

/** Asks for more than anybody keeps ready, and reads none of it. */
function notReading(): Promise<number> {
  const socket = open()
  socket.pause()
  const asked = `GET /${'x'.repeat(12_000)} HTTP/1.1\r\nHost: x\r\n\r\n`
  for (let n = 0; n < 1500; n++) socket.write(asked)
  // What is not read brings no end: the server is gone when it takes nothing any more.
  let left = false
  socket.on('error', () => {
    left = true
  })
  socket.on('close', () => {
    left = true
  })
  const timer = setInterval(() => socket.write('x'), 250)
  return closing(() => left).finally(() => clearInterval(timer))
}

const late = async () => {
  const rows =
    await stage.sql`select state, extract(epoch from coalesce(revoked_at, now()) - expires_at) as late from access_grant`
  return rows.map(({ state, late: seconds }) => ({ state: String(state), seconds: Number(seconds) }))
}

/** Access for two seconds, again and again while `busy` goes on; how it ended. */
async function revokesDuring<T>(busy: Promise<T>): Promise<T> {
  let isOver = false
  const work = busy.finally(() => {
    isOver = true
  })
  for (let round = 0; !isOver && round < 8; round++) {
    const id = await stage.give(round % 2 === 0 ? 'U0ANN' : 'U0BOB', 'github:org-admin 2s')
    await stage.reach(id, 'revoked', 12_000)
  }
  const result = await work
  const ended = await late()
  expect(ended.length).toBeGreaterThan(0)
  for (const each of ended)
    expect(each).toEqual({ state: 'revoked', seconds: expect.toSatisfy((seconds: number) => seconds < 5) })
  return result
}

describe('C12: who is slow, and who comes in crowds', () => {
  test('slow heads, slow bodies and slow readers are let go within 20 s, and access ends on time meanwhile', async () => {
    stage = await givenStage()
    const kinds: Readonly<Record<string, () => Promise<number>>> = {
      'says nothing': () => dripping('', ''),
      'a head that never ends': () => dripping(`${HEAD}X-Slow: `, 'x'),
      'one head line after the other': () => dripping(HEAD, 'X-Slow: 1\r\n'),
      'a body that never ends': () => dripping(`${HEAD}Content-Length: 100000\r\n\r\n`, 'x'),
      'a body in chunks': () => dripping(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n'),
      'a second request that never ends': () =>
        dripping(`GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n${HEAD}`, 'X-Slow: 1\r\n'),
      'a body for tokens that never ends': () => dripping(`${API}token HTTP/1.1\r\nHost: x\r\n${BODY}`, 'x'),
      'a body of nobody’s that never ends': () => dripping(`${API}commands HTTP/1.1\r\nHost: x\r\n${BODY}`, 'x'),
      'an answer that nobody reads': notReading,
    }
    const many = Object.entries(kinds).flatMap(([name, act]) =>
      Array.from({ length: name === 'an answer that nobody reads' ? 2 : 15 }, async () => [name, await act()] as const),
    )
    const closed = await revokesDuring(Promise.all(many))
    // Much sooner would mean that they were refused for something else.
    for (const [name, ms] of closed) expect([name, ms > 5_000 && ms < CLOSED_WITHIN_MS]).toEqual([name, true])
  })

  test('a flood of bad signatures does not delay the end of access', async () => {
    stage = await givenStage({ yaml: (github) => yamlWith(github) })
    const url = `${stage.world.server.url}/slack/events`
    const headers = { 'x-slack-request-timestamp': '1', 'x-slack-signature': `v0=${'0'.repeat(64)}` }
    let isOver = false
    let refused = 0
    const flood = Array.from({ length: 24 }, async () => {
      while (!isOver) {
        const answer = await raw(url, { method: 'POST', headers, body: 'x'.repeat(10_000) }).catch(() => undefined)
        if (answer?.status === 401) refused += 1
      }
    })
    await revokesDuring(pause(6_000)).finally(() => {
      isOver = true
    })
    await Promise.all(flood)
    expect(refused).toBeGreaterThan(200)
  })
})
