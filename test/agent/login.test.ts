import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerCard, buttonOn, confirmed, NO, YES } from '../support/logged-in.ts'
import { givenStage, type Stage } from '../threats/b-stage.ts'
import { freePort, givenMachine, type Machine } from './machine.ts'

let stage: Stage
beforeAll(async () => {
  stage = await givenStage()
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const url = () => stage.world.server.url

async function givenLoggedIn(user = 'U0ANN'): Promise<Machine> {
  const machine = givenMachine()
  expect(await machine.login(url(), (code) => confirmed(stage.world, user, code))).toMatchObject({ code: 0 })
  return machine
}

/** Its access token has ended, as far as it knows: the next call refreshes. */
function expireToken(machine: Machine): void {
  change(machine, (login) => ({ ...login, accessUntilMs: 0 }))
}

function loginOf(machine: Machine): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(machine.state, 'login.json'), 'utf8'))
}

function change(machine: Machine, to: (login: Record<string, unknown>) => Record<string, unknown>): void {
  writeFileSync(path.join(machine.state, 'login.json'), JSON.stringify(to(loginOf(machine))))
}

test('C17 login waits for the button: a code that was typed lets nobody in; then it says who one is', async () => {
  const machine = givenMachine()
  const running = machine.start(['login', '--server', `${url()}/`, '--name', 'the laptop'])
  const code = await running.says(/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/)
  expect(running.said()).toContain(`    /thand login ${code}\n`)
  const card = answerCard('U0ANN', await stage.world.client.command('U0ANN', `login ${code}`))
  expect(JSON.stringify(card)).toContain('the laptop')
  expect(readdirSync(machine.state)).toEqual([])
  await stage.world.client.press('U0ANN', card, buttonOn(card, YES))
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 0 })
  expect(ended.out).toContain('You are Ann on this machine.\n')
})

test('login refused in chat ends 1 and leaves nothing behind', async () => {
  const machine = givenMachine()
  const ended = await machine.login(url(), (code) => confirmed(stage.world, 'U0ANN', code, NO))
  expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('The log-in was refused in chat.\n') })
  expect(readdirSync(machine.state)).toEqual([])
})

test('the state lies in a folder of 0700 and files of 0600', async () => {
  const machine = await givenLoggedIn()
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
  const dead = `http://127.0.0.1:${await freePort()}`
  const away = await machine.run('login', '--server', dead, '--json')
  expect(away).toMatchObject({ code: 75, err: '' })
  expect(JSON.parse(away.out)).toEqual({
    code: 'server_unreachable',
    message: `${dead} does not answer (ECONNREFUSED).`,
    hint: expect.any(String),
  })
})

test('a folder or a file that others may look into is refused, with the line that mends it', async () => {
  const machine = await givenLoggedIn()
  chmodSync(path.join(machine.state, 'key.json'), 0o640)
  const file = await machine.run('sessions')
  expect(file).toMatchObject({ code: 2, err: expect.stringContaining(`chmod 600 ${machine.state}/key.json`) })
  chmodSync(path.join(machine.state, 'key.json'), 0o600)
  chmodSync(machine.state, 0o755)
  const folder = await machine.run('sessions')
  expect(folder).toMatchObject({ code: 2, err: expect.stringContaining(`chmod 700 ${machine.state}`) })
  chmodSync(machine.state, 0o700)
  expect(await machine.run('sessions')).toMatchObject({ code: 0 })
})

test('C14 a stolen state folder without its key, or with another one, is worth nothing, and costs its owner nothing', async () => {
  const [machine, thief, other] = [await givenLoggedIn(), givenMachine(), await givenLoggedIn('U0BOB')]
  const id = await stage.give('U0ANN', 'github:team-sre 10m')
  await stage.reach(id, 'active')
  const steal = () => {
    cpSync(machine.state, thief.state, { recursive: true })
    // Node 24 gives a folder that it copies the rights of a new one.
    chmodSync(thief.state, 0o700)
  }
  steal()
  // The whole folder is the device.
  expect(await thief.run('sessions')).toMatchObject({ code: 0, out: expect.stringContaining(id) })
  rmSync(path.join(thief.state, 'key.json'))
  expect(await thief.run('sessions')).toMatchObject({ code: 1, out: '' })
  for (const words of [['sessions'], ['devices'], ['run', id, '--', 'env'], ['credentials', id], ['end', id]]) {
    steal()
    cpSync(path.join(other.state, 'key.json'), path.join(thief.state, 'key.json'))
    expect(await thief.run(...words), words.join(' ')).toMatchObject({ code: 1 })
  }
  await thief.run('logout')
  expect((await machine.run('sessions')).out).toContain(id)
  expireToken(machine)
  expect((await machine.run('sessions')).out).toContain(id)
})

test('ten commands at once whose token has ended use each refresh token once', async () => {
  const machine = await givenLoggedIn()
  const { refreshToken } = loginOf(machine)
  expireToken(machine)
  const ended = await Promise.all(Array.from({ length: 10 }, () => machine.run('sessions')))
  expect(ended.map(({ code }) => code)).toEqual(Array(10).fill(0))
  expect(loginOf(machine)['refreshToken']).not.toBe(refreshToken)
  expireToken(machine)
  expect(await machine.run('sessions')).toMatchObject({ code: 0 })
})

test('the lock of a command that died is taken over, and one that is older than anything may take', async () => {
  const machine = await givenLoggedIn()
  const lock = path.join(machine.state, 'lock')
  const inAnHour = new Date(Date.now() + 3_600_000)
  const aMinuteAgo = new Date(Date.now() - 60_000)
  // No process has the first number: Linux and macOS count to less. The second one lives.
  for (const [pid, at] of [
    [99_999_999, inAnHour],
    [process.pid, aMinuteAgo],
  ] as const) {
    expireToken(machine)
    writeFileSync(lock, `${pid} mark`, { mode: 0o600 })
    utimesSync(lock, at, at)
    expect(await machine.run('sessions')).toMatchObject({ code: 0 })
    expect(readdirSync(machine.state)).not.toContain('lock')
  }
})

test('logout ends the device and forgets tokens and key; the address stays, and a login there is a new device', async () => {
  const machine = await givenLoggedIn()
  const { deviceId } = loginOf(machine)
  expect(await machine.run('logout')).toEqual({ code: 0, out: 'This machine is logged out.\n', err: '' })
  expect(readdirSync(machine.state)).toEqual(['server'])
  expect(await stage.say('U0ANN', 'devices')).not.toContain(deviceId)
  const again = machine.start(['login', '--json'])
  await confirmed(stage.world, 'U0BOB', await again.says(/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/))
  const ended = await again.ended
  expect(JSON.parse(ended.out)).toEqual({ server: url(), person: 'Bob', device: expect.stringMatching(/^dev_/) })
})

test('who logs in again has one device, and the login of before counts until then', async () => {
  const machine = await givenLoggedIn('U0SUE')
  const first = loginOf(machine)['deviceId']
  const running = machine.start(['login'])
  const code = await running.says(/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/)
  expect(await machine.run('devices')).toMatchObject({ code: 0, out: expect.stringContaining(String(first)) })
  await confirmed(stage.world, 'U0SUE', code)
  expect(await running.ended).toMatchObject({ code: 0 })
  const { devices } = JSON.parse((await machine.run('devices', '--json')).out)
  expect(devices).toEqual([expect.objectContaining({ id: loginOf(machine)['deviceId'], is_this: true })])
  expect(devices[0].id).not.toBe(first)
})

test('a device that was ended elsewhere is told to log in again, and forgets what it had', async () => {
  const [machine, second] = [await givenLoggedIn(), await givenLoggedIn()]
  const id = String(loginOf(second)['deviceId'])
  const { out } = await machine.run('devices')
  expect(out).toMatch(new RegExp(`^${id} .*since .*, last seen .*$`, 'm'))
  expect(out).toMatch(new RegExp(`^${String(loginOf(machine)['deviceId'])} .* this machine$`, 'm'))
  expect(await machine.run('logout', id)).toMatchObject({ code: 0, out: `${id} is logged out.\n` })
  expect(await second.run('sessions')).toMatchObject({ code: 1, err: expect.stringContaining('Run: thand login\n') })
  expect(readdirSync(second.state)).toEqual(['server'])
  expect(await machine.run('logout', 'dev_00000000')).toMatchObject({ code: 1, out: '' })
})
