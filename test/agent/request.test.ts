import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AgentApi, cardOf, refusal, startAgentApi } from '../doubles/agent-api/start.ts'
import { until } from '../support/world.ts'
import { givenSession } from './given-session.ts'
import { givenMachine, type Machine } from './machine.ts'

const ID = 'req_7k2mq9xd'
let api: AgentApi
let machine: Machine
beforeAll(async () => {
  api = await startAgentApi()
  machine = givenMachine()
  await machine.login(api.url, (code) => api.confirm(code, 'Ann'))
})
afterAll(() => api.close())
beforeEach(() => {
  api.sessions.splice(0)
  api.lines.splice(0)
  api.answerTo = () => cardOf('Asked: Organisation owner at GitHub acme for 30 minutes', ID)
})

function becomes(over: Parameters<typeof givenSession>[0]): void {
  api.sessions.splice(0, api.sessions.length, givenSession(over))
}

test('request waits, says whom it waits for, and ends by saying what one can now do', async () => {
  becomes({ state: 'pending' })
  const running = machine.start(['request', 'github:org-admin', '30m', 'fix', 'billing'])
  await running.says(/waiting for Sam and Sue/)
  expect(api.lines).toEqual(['request github:org-admin 30m fix billing'])
  becomes({ state: 'granting', approved_by: ['Sam'] })
  await running.says(/approved by Sam · waiting for GitHub acme/)
  becomes({ state: 'active' })
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 0 })
  const lines = ended.out.split('\n')
  expect(lines[1]).toMatch(/^Organisation owner at GitHub acme is yours until \d\d:\d\d\.$/)
  expect(lines.slice(2)).toEqual([
    'Afterwards: back to member.',
    `Use it: thand run ${ID} -- <command>`,
    `End it: thand end ${ID}`,
    '',
  ])
})

test('Ctrl-C while it waits leaves the request open, and says how to see it and take it back', async () => {
  becomes({ state: 'pending' })
  const running = machine.start(['request', 'github:org-admin', '30m'])
  await running.says(/waiting for/)
  running.signal('SIGINT')
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 1 })
  expect(ended.err).toContain(`${ID} stays open. See it: thand show ${ID}. Take it back: thand cancel ${ID}\n`)
  expect(api.lines).toEqual(['request github:org-admin 30m'])
})

test('denied, cancelled, lapsed or failed: exit 1 with the first line of the card', async () => {
  for (const state of ['denied', 'cancelled', 'lapsed', 'revoked'] as const) {
    becomes({ state, title: `It is ${state}` })
    expect(await machine.run('request', 'github:org-admin', '30m')).toMatchObject({ code: 1, err: `It is ${state}\n` })
  }
})

test('--no-wait answers at once; --json prints JSON and nothing else', async () => {
  becomes({ state: 'pending' })
  expect(await machine.run('request', 'github:org-admin', '30m', '--no-wait')).toMatchObject({ code: 0, err: '' })
  becomes({ state: 'active' })
  const waited = await machine.run('request', '--json', 'github:org-admin', '30m')
  expect(JSON.parse(waited.out)).toEqual(givenSession({ ...api.sessions[0] }))
  const asked = await machine.run('request', '--json', '--no-wait', 'github:org-admin', '30m')
  expect(JSON.parse(asked.out)).toMatchObject({ id: ID, card: { lines: [] } })
})

test('a refusal: what, what to do, exit 1; as JSON code, message and hint', async () => {
  api.answerTo = () =>
    refusal(400, 'too_long', 'github:org-admin allows at most 4h.', 'Try: request github:org-admin 4h')
  const said = await machine.run('request', 'github:org-admin', '9h')
  expect(said).toEqual({
    code: 1,
    out: '',
    err: 'github:org-admin allows at most 4h.\nTry: request github:org-admin 4h\n',
  })
  const json = await machine.run('request', 'github:org-admin', '9h', '--json')
  expect(json).toMatchObject({ code: 1, err: '' })
  expect(JSON.parse(json.out)).toEqual({
    code: 'too_long',
    message: 'github:org-admin allows at most 4h.',
    hint: 'Try: request github:org-admin 4h',
  })
})

test('without words and without a terminal nobody can be asked: usage', async () => {
  expect(await machine.run('request')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^Ask for what\?\nLike this: /),
  })
})

test('each word of the grammar that a device may say is one line to the server', async () => {
  const typed = [
    ['mine'],
    ['show', ID],
    ['end', ID],
    ['extend', ID, '30m', 'not', 'done'],
    ['cancel', ID],
    ['explain', 'github:org-admin', '1h'],
  ]
  for (const words of typed) expect(await machine.run(...words)).toMatchObject({ code: 0, err: '' })
  expect(api.lines).toEqual(typed.map((words) => words.join(' ')))
})

test('sessions: a table for people, JSON for programs; nothing is said in words', async () => {
  expect((await machine.run('sessions')).out).toBe('You have nothing at the moment. Ask: thand request\n')
  becomes({})
  api.sessions.push(givenSession({ id: 'req_00000001', state: 'pending', role: 'github:sre' }))
  const table = (await machine.run('sessions')).out.split('\n')
  expect(table[0]).toMatch(/^req_7k2mq9xd {2}github:org-admin {2}active until .*\(in 10 minutes\) +org:acme = owner$/)
  expect(table[1]).toMatch(/^req_00000001 {2}github:sre {8}waits for Sam and Sue/)
  const { out } = await machine.run('sessions', '--json', '--all')
  expect(JSON.parse(out)).toEqual({ sessions: [...api.sessions] })
  expect(api.calls.at(-1)).toBe('GET /sessions?all=true')
})

test('C5 what the server says cannot steer the terminal, in words, in tables, in errors and in JSON', async () => {
  const evil = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egnp.exe\u200b'
  const marks = /[^\P{Cc}\n]|\p{Cf}/u
  becomes({ role: evil, target: evil, title: evil, state: 'denied', decides: [evil] })
  api.answerTo = (line) => (line === 'mine' ? refusal(400, 'x', evil, evil) : cardOf(`${evil}\nline`, ID))
  const said = await Promise.all(
    [
      ['sessions'],
      ['mine'],
      ['show', ID],
      ['request', 'a:b', '30m'],
      ['mine', '--json'],
      ['sessions', '--json'],
      [evil],
    ].map((words) => machine.run(...words)),
  )
  for (const { out, err } of said) expect(out + err).not.toMatch(marks)
  expect(JSON.parse(said[5]?.out ?? '').sessions[0].role).toBe(evil)
})

test('a server that fails, limits or is no Thand: 75 to try again, 1 otherwise, never a stack', async () => {
  const cases = [
    [refusal(503, 'directory_unavailable', 'Slack does not answer.'), 75, 'Slack does not answer.'],
    [{ status: 502, body: '<html>' }, 75, 'does not answer (status 502)'],
    [refusal(429, 'too_many', 'Too many calls.', 'Wait a minute.'), 1, 'Wait a minute.'],
    [{ status: 200, body: 'a page' }, 1, 'is not Thand’s API'],
    [{ status: 404, body: '<html>' }, 1, 'is not Thand’s API'],
  ] as const
  for (const [reply, code, words] of cases) {
    api.instead = reply
    const ended = await machine.run('sessions')
    api.instead = undefined
    expect(ended).toMatchObject({ code, out: '' })
    expect(ended.err).toContain(words)
    expect(ended.err).toMatch(/^.+\n(?:.+\n)?$/)
  }
})

test('Ctrl-C while tokens are fetched anew waits until they are stored: else they would look stolen the next time', async () => {
  const file = path.join(machine.state, 'login.json')
  const before = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...before, accessUntilMs: 0 }))
  let send: () => void = () => undefined
  api.tokensWait = new Promise((resolve) => {
    send = resolve
  })
  const [called, running] = [api.calls.length, machine.start(['sessions'])]
  await until('the refresh', () => api.calls.slice(called).includes('POST /token'))
  running.signal('SIGINT')
  // What the signal does to a process that does not wait for its tokens, it has done by the end of another one.
  await machine.run('--version')
  send()
  await running.ended
  expect(JSON.parse(readFileSync(file, 'utf8')).refreshToken).not.toBe(before.refreshToken)
  expect(await machine.run('sessions')).toMatchObject({ code: 0 })
  expect(api.reused).toBe(0)
})

test('a proof that is refused: the clock when it is the clock, else the address; the log-in stays', async () => {
  const refused = refusal(401, 'proof_wrong', 'The DPoP proof does not prove this call')
  const cases = [
    [{ date: new Date(Date.now() + 600_000).toUTCString() }, 'clock_differs', /10 min behind the server’s/],
    [{ date: new Date(Date.now() - 600_000).toUTCString() }, 'clock_differs', /10 min ahead of the server’s/],
    [{}, 'proof_refused', /does not prove this call/],
  ] as const
  for (const [headers, code, words] of cases) {
    api.instead = { ...refused, headers }
    const ended = await machine.run('sessions', '--json')
    api.instead = undefined
    expect(JSON.parse(ended.out)).toMatchObject({ code, message: expect.stringMatching(words) })
  }
  expect(await machine.run('sessions')).toMatchObject({ code: 0 })
})
