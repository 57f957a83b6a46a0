import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AgentApi, startAgentApi } from '../doubles/agent-api/start.ts'
import { givenSession } from './given-session.ts'
import { agentFile, givenMachine, type Machine } from './machine.ts'

const ID = 'req_7k2mq9xd'
const TOKEN = "ghs_canary'$(id)`x`"
const CREDENTIAL = {
  id: ID,
  number: 1,
  expires_at: '2030-01-01T00:00:00.000Z',
  environment: { GITHUB_TOKEN: TOKEN },
  git: { host: 'github.com', username: 'x-access-token', password: TOKEN },
}
let api: AgentApi
let machine: Machine
beforeAll(async () => {
  api = await startAgentApi()
  machine = givenMachine()
  await machine.login(api.url, (code) => api.confirm(code, 'Ann'))
})
afterAll(() => api.close())
beforeEach(() => {
  api.sessions.splice(0, api.sessions.length, givenSession())
  api.credentials.set(ID, CREDENTIAL)
})

const node = (script: string) => ['run', ID, '--', process.execPath, '-e', script]

test('run: the credential is in the child’s environment, in no argument and in no file; the exit code is the child’s', async () => {
  const ended = await machine.run(
    ...node('console.log(process.env.GITHUB_TOKEN, process.argv.length); process.exit(7)'),
  )
  expect(ended).toEqual({ code: 7, out: `${TOKEN} 1\n`, err: '' })
  for (const file of ['key.json', 'login.json', 'server'])
    expect(readFileSync(path.join(machine.state, file), 'utf8')).not.toContain('canary')
})

test('run: what the child needs no more is given back when it ends, however it ends', async () => {
  for (const script of ['', 'process.exit(7)']) {
    api.calls.length = 0
    await machine.run(...node(script))
    expect(api.calls.at(-1)).toBe(`DELETE /sessions/${ID}/credentials/1`)
  }
})

test.runIf(process.platform === 'linux')(
  'run: the credential is not in our own arguments nor in our own environment',
  async () => {
    const running = machine.start(node(`console.log('pid', process.ppid); setTimeout(() => {}, 30_000)`))
    const pid = (await running.says(/pid \d+/)).slice(4)
    const seen = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'))
    running.signal('SIGTERM')
    await running.ended
    expect(seen.join()).toContain(ID)
    expect(seen.join()).not.toContain('canary')
  },
)

test('run: what follows -- is the command, its options too; without -- as well', async () => {
  const print = 'console.log(process.argv.slice(1).join())'
  expect((await machine.run(...node(print), '--', '--json', '--help')).out).toBe('--json,--help\n')
  expect((await machine.run('run', ID, process.execPath, '-p', '1')).out).toBe('1\n')
  expect(await machine.run('run', ID)).toMatchObject({ code: 2 })
})

test('run: signals reach the child, and a child that a signal ended is 128 and its number', async () => {
  const polite = machine.start(
    node(`process.on('SIGTERM', () => process.exit(3)); console.log('up'); setTimeout(() => {}, 30_000)`),
  )
  await polite.says(/up/)
  polite.signal('SIGTERM')
  expect(await polite.ended).toMatchObject({ code: 3 })
  const killed = machine.start(node(`console.log('up'); setTimeout(() => {}, 30_000)`))
  await killed.says(/up/)
  killed.signal('SIGHUP')
  expect(await killed.ended).toMatchObject({ code: 129 })
})

test('run: no such command is 127', async () => {
  expect(await machine.run('run', ID, '--', 'no-such-command')).toEqual({
    code: 127,
    out: '',
    err: 'no-such-command: there is no such command.\n',
  })
})

test('run ends with the access: the child is asked, then made to, and it is said', async () => {
  const stubborn = machine.start(
    node(`process.on('SIGTERM', () => console.log('asked')); console.log('up'); setTimeout(() => {}, 60_000)`),
  )
  await stubborn.says(/up/)
  api.sessions.splice(0, 1, givenSession({ state: 'revoking' }))
  await stubborn.says(/asked/)
  const ended = await stubborn.ended
  expect(ended).toMatchObject({ code: 137 })
  expect(ended.err).toBe(`${ID} has ended: the command is asked to stop.\n`)
})

test('run ends at the time that was said, also when the server is away by then', async () => {
  api.sessions.splice(0, 1, givenSession({ expires_at: new Date(Date.now() + 4_000).toISOString() }))
  const running = machine.start(node(`console.log('up'); setTimeout(() => {}, 60_000)`))
  await running.says(/up/)
  api.instead = { status: 503, body: '' }
  const ended = await running.ended
  api.instead = undefined
  expect(ended).toMatchObject({ code: 143, err: expect.stringContaining('has ended') })
})

test('run goes on while the server says that the access is active, whatever our own clock thinks of its end', async () => {
  api.sessions.splice(0, 1, givenSession({ expires_at: new Date(Date.now() - 5_000).toISOString() }))
  const ended = await machine.run(...node(`setTimeout(() => { console.log('done') }, 3_000)`))
  expect(ended).toEqual({ code: 0, out: 'done\n', err: expect.any(String) })
})

test('run and credentials: nothing is given before the start, after the end, or for a right on one’s own account', async () => {
  for (const state of ['pending', 'revoking', 'revoked'] as const) {
    api.sessions.splice(0, 1, givenSession({ state }))
    expect(await machine.run(...node('console.log(1)'))).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('is not active'),
    })
  }
  api.sessions.splice(0, 1, givenSession({ has_credentials: false }))
  expect(await machine.run(...node('console.log(1)'))).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('own account'),
  })
  api.credentials.clear()
  expect(await machine.run('credentials', ID)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('own account'),
  })
  expect(await machine.run('credentials', 'req_00000000')).toMatchObject({ code: 1, out: '' })
})

test('credentials: as environment that a shell reads literally, as JSON; one that is not for AWS is refused in words, and given back', async () => {
  const env = await machine.run('credentials', ID)
  const read = execFileSync('sh', ['-c', 'eval "$LINES_OF"; printf %s "$GITHUB_TOKEN"'], { env: { LINES_OF: env.out } })
  expect(read.toString()).toBe(TOKEN)
  expect(JSON.parse((await machine.run('credentials', ID, '--format', 'json')).out)).toEqual(CREDENTIAL)
  expect(await machine.run('credentials', ID, '--format', 'aws')).toEqual({
    code: 1,
    out: '',
    err: `${ID} gives no credential for AWS.\nWhat it gives: thand credentials ${ID}\n`,
  })
  expect(api.calls.at(-1)).toBe(`DELETE /sessions/${ID}/credentials/1`)
  expect(await machine.run('credentials', ID, '--format', 'xml')).toMatchObject({ code: 2, out: '' })
})

test('credentials: names and values that would become something else in a shell or a terminal are refused', async () => {
  for (const environment of [{ 'A=1;id': 'x' }, { A: '\u001b[2J' }, { A: 'x\0y' }, {}]) {
    api.credentials.set(ID, { ...CREDENTIAL, environment })
    expect(await machine.run('credentials', ID)).toMatchObject({ code: 1, out: '' })
    expect(await machine.run(...node('console.log(1)'))).toMatchObject({ code: 1, out: '' })
  }
})

/** What git itself makes of it, with the helper set up as docs/agent.md says. */
function gitFills(host: string): Promise<string> {
  const helper = `!'${process.execPath}' '${agentFile()}' git-credential ${ID}`
  const env = { PATH: process.env['PATH'], HOME: machine.home, XDG_CONFIG_HOME: path.dirname(machine.state) }
  const git = spawn('git', ['-c', 'credential.helper=', '-c', `credential.helper=${helper}`, 'credential', 'fill'], {
    env: { ...env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  git.stdin.end(`protocol=https\nhost=${host}\n\n`)
  let out = ''
  git.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk))
  return new Promise((resolve) => git.once('close', () => resolve(out)))
}

test('git gets the token for its host, and for no other', async () => {
  expect(await gitFills('github.com')).toContain(`username=x-access-token\npassword=${TOKEN}\n`)
  expect(await gitFills('evil.example')).not.toContain('canary')
  const ask = (operation: string, stdin: string) => machine.start(['git-credential', ID, operation], { stdin }).ended
  expect(await ask('get', 'protocol=https\nhost=github.com\n\n')).toEqual({
    code: 0,
    out: `username=x-access-token\npassword=${TOKEN}\npassword_expiry_utc=1893456000\n`,
    err: '',
  })
  const nothing = { code: 0, out: '', err: '' }
  expect(await ask('get', 'protocol=http\nhost=github.com\n\n')).toEqual(nothing)
  expect(await ask('get', '')).toEqual(nothing)
  for (const operation of ['store', 'erase', 'whatever'])
    expect(await ask(operation, `protocol=https\nhost=github.com\npassword=${TOKEN}\n\n`)).toEqual(nothing)
})
