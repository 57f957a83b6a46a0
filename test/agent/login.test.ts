import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AgentApi, startAgentApi } from '../doubles/agent-api/start.ts'
import { givenSession } from './given-session.ts'
import { givenMachine, type Machine } from './machine.ts'

let api: AgentApi
beforeAll(async () => {
  api = await startAgentApi()
})
afterAll(() => api.close())

async function givenLoggedIn(): Promise<Machine> {
  const machine = givenMachine()
  expect(await machine.login(api.url, (code) => api.confirm(code, 'Ann'))).toMatchObject({ code: 0 })
  return machine
}

test('login shows the line to type, waits for the person, and ends with who one is; state is 0700 and 0600', async () => {
  const machine = givenMachine()
  const running = machine.start(['login', '--server', `${api.url}/`])
  const code = await running.says(/\b[A-Z]{4}-[A-Z]{4}\b/)
  expect(running.said()).toContain(`/thand login ${code}\n`)
  expect(readdirSync(machine.state)).toEqual([])
  api.confirm(code, 'Ann')
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 0 })
  expect(ended.out).toContain('You are Ann on this machine.\n')
  expect(statSync(machine.state).mode & 0o777).toBe(0o700)
  expect(readdirSync(machine.state).sort()).toEqual(['key.json', 'login.json', 'server'])
  for (const file of readdirSync(machine.state))
    expect(statSync(path.join(machine.state, file)).mode & 0o777).toBe(0o600)
})

test('a server is asked over https, or on this machine; without one it says how', async () => {
  const machine = givenMachine()
  const plain = await machine.run('login', '--server', 'http://thand.acme.example')
  expect(plain).toMatchObject({ code: 2, out: '' })
  expect(plain.err).toBe('Plain http is for this machine only.\nTry: thand login --server https://thand.acme.example\n')
  expect(await machine.run('login')).toMatchObject({ code: 2, err: expect.stringContaining('Which server?') })
  expect(await machine.run('login', '--server', 'https://a:b@thand.acme.example')).toMatchObject({ code: 2 })
})

test('not logged in, and a server that is away: one line what, one line what to do, or JSON; 1 and 75', async () => {
  const machine = givenMachine()
  expect(await machine.run('sessions')).toEqual({
    code: 1,
    out: '',
    err: 'This machine is not logged in.\nRun: thand login\n',
  })
  const away = await machine.run('login', '--server', 'http://127.0.0.1:9', '--json')
  expect(away).toMatchObject({ code: 75, err: '' })
  expect(JSON.parse(away.out)).toEqual({
    code: 'server_unreachable',
    message: expect.stringContaining('http://127.0.0.1:9 does not answer'),
    hint: expect.any(String),
  })
})

test('a folder or a file that others may look into is refused, with the line that mends it', async () => {
  const machine = await givenLoggedIn()
  chmodSync(path.join(machine.state, 'key.json'), 0o640)
  expect(await machine.run('sessions')).toMatchObject({
    code: 2,
    err: expect.stringContaining(`chmod 600 ${machine.state}/key.json`),
  })
  chmodSync(path.join(machine.state, 'key.json'), 0o600)
  chmodSync(machine.state, 0o755)
  expect(await machine.run('sessions')).toMatchObject({
    code: 2,
    err: expect.stringContaining(`chmod 700 ${machine.state}`),
  })
  chmodSync(machine.state, 0o700)
  expect(await machine.run('sessions')).toMatchObject({ code: 0 })
})

test('C14 a stolen state folder without its key, or with another one, is worth nothing', async () => {
  const [machine, thief, other] = [await givenLoggedIn(), givenMachine(), await givenLoggedIn()]
  api.sessions.splice(0, api.sessions.length, givenSession())
  cpSync(machine.state, thief.state, { recursive: true })
  expect((await thief.run('sessions')).out).toContain('req_7k2mq9xd')
  rmSync(path.join(thief.state, 'key.json'))
  expect(await thief.run('sessions')).toMatchObject({ code: 1, out: '' })
  writeFileSync(path.join(thief.state, 'key.json'), readFileSync(path.join(other.state, 'key.json')), { mode: 0o600 })
  for (const words of [
    ['sessions'],
    ['devices'],
    ['run', 'req_7k2mq9xd', '--', 'env'],
    ['credentials', 'req_7k2mq9xd'],
    ['end', 'req_7k2mq9xd'],
  ]) {
    expect(await thief.run(...words), words.join(' ')).toMatchObject({ code: 1, out: '' })
  }
  expect((await machine.run('sessions')).out).toContain('req_7k2mq9xd')
})

test('ten commands at once with a token that has ended use each refresh token once', async () => {
  api.accessSeconds = 1
  const machine = await givenLoggedIn()
  const ended = await Promise.all(Array.from({ length: 10 }, () => machine.run('sessions')))
  api.accessSeconds = 300
  expect(ended.map(({ code }) => code)).toEqual(Array(10).fill(0))
  expect(api.reused).toBe(0)
})

test('the lock of a command that died is taken over', async () => {
  api.accessSeconds = 1
  const machine = await givenLoggedIn()
  api.accessSeconds = 300
  // No process has this number: Linux and macOS count to less.
  writeFileSync(path.join(machine.state, 'lock'), '99999999 dead', { mode: 0o600 })
  expect(await machine.run('sessions')).toMatchObject({ code: 0 })
  expect(readdirSync(machine.state)).not.toContain('lock')
})

test('logout ends the device at the server and forgets tokens and key; the server’s address stays', async () => {
  const machine = await givenLoggedIn()
  expect(await machine.run('logout')).toEqual({ code: 0, out: 'This machine is logged out.\n', err: '' })
  expect(readdirSync(machine.state)).toEqual(['server'])
  expect(api.calls.at(-1)).toMatch(/^DELETE \/devices\/dev_/)
  const again = machine.start(['login', '--json'])
  api.confirm(await again.says(/\b[A-Z]{4}-[A-Z]{4}\b/), 'Bob')
  const ended = await again.ended
  expect(JSON.parse(ended.out)).toEqual({ server: api.url, person: 'Bob', device: expect.stringMatching(/^dev_/) })
})

test('a device that was ended elsewhere is told to log in again, and forgets what it had', async () => {
  const [machine, second] = [await givenLoggedIn(), await givenLoggedIn()]
  const { devices } = JSON.parse((await machine.run('devices', '--json')).out)
  const other = JSON.parse(readFileSync(path.join(second.state, 'login.json'), 'utf8')).deviceId
  expect(devices.map((device: { id: string }) => device.id)).toContain(other)
  expect(await machine.run('logout', other)).toMatchObject({ code: 0, out: `${other} is logged out.\n` })
  expect(await second.run('sessions')).toMatchObject({ code: 1, err: expect.stringContaining('Run: thand login\n') })
  expect(readdirSync(second.state)).toEqual(['server'])
})
