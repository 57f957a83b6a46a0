import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { commandOf } from '../support/built.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const KEY = Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')
const TEAMS = {
  MicrosoftAppId: 'a9900000-0000-4000-8000-000000000000',
  MicrosoftAppPassword: 'canary-secret',
  MicrosoftAppTenantId: '00000000-0000-0000-0000-000000000000',
}
const SLACK = { SLACK_BOT_TOKEN: 'xoxb-canary', SLACK_SIGNING_SECRET: 'canary-signing' }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'thand-cli-'))
  for (const name of ['thand.yaml', 'thand-teams.yaml'])
    copyFileSync(path.join(ROOT, 'examples', name), path.join(folder, name))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function thand(argv: readonly string[], env: Record<string, string> = {}, cwd = folder): Promise<Ended> {
  const child = spawn(process.execPath, [...commandOf('thand'), ...argv], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (said.out += chunk))
  child.stderr.on('data', (chunk) => (said.err += chunk))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })))
}

test('without a command it says the lines that people use, and ends 2; help says all; an unknown one gets the nearest', async () => {
  const [none, wrong, version, help] = await Promise.all(
    [[], ['srever'], ['--version'], ['--help']].map((words) => thand(words)) as [
      Promise<Ended>,
      Promise<Ended>,
      Promise<Ended>,
      Promise<Ended>,
    ],
  )
  expect(none).toMatchObject({ code: 2 })
  expect(none.err).toContain('  thand request ')
  expect(help).toMatchObject({ code: 0, err: '' })
  expect(help.out).toMatch(/On your machine:\n.* sessions .*Where the server runs:\n.* validate \[options\] \[path\] /s)
  expect(wrong).toMatchObject({ code: 2 })
  expect(wrong.err).toContain('Did you mean server?')
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(version.code).toBe(0)
})

test('validate: what is fine, what is hardly meant, and what is wrong with its place', async () => {
  writeFileSync(path.join(folder, 'bad.yaml'), 'version: "1.0"\nrols: {}\n')
  const [fine, elsewhere, bad] = await Promise.all([
    thand(['validate'], { GITHUB_TOKEN: 'ghp_x', ...SLACK }),
    thand(['validate'], { GITHUB_TOKEN: 'ghp_x' }),
    thand(['validate', 'bad.yaml'], { GITHUB_TOKEN: 'ghp_x' }),
  ])
  expect(fine).toMatchObject({ code: 0, err: '' })
  expect(fine.out).toMatch(/^Fine: \d+ people, \d+ roles, 1 provider\.\n$/)
  expect(elsewhere.out).toMatch(/^Note: the workflow .* posts to slack:\w+, and slack is not set up here\n/)
  expect(bad).toMatchObject({ code: 2, out: '' })
  expect(bad.err).toContain('bad.yaml:2:1: rols: expected')
  expect(bad.err).toContain('did you mean roles?')
})

test('validate: the example for Teams is fine with Teams alone, and another tenant in the environment is said', async () => {
  const [fine, other] = await Promise.all([
    thand(['validate', 'thand-teams.yaml'], { GITHUB_TOKEN: 'ghp_x', ...TEAMS }),
    thand(['validate', 'thand-teams.yaml'], {
      GITHUB_TOKEN: 'ghp_x',
      ...TEAMS,
      MicrosoftAppTenantId: '7e000000-0000-4000-8000-0000000000aa',
    }),
  ])
  expect(fine).toEqual({ code: 0, out: 'Fine: 3 people, 3 roles, 1 provider.\n', err: '' })
  expect(other).toMatchObject({ code: 2, out: '' })
  expect(other.err).toContain('thand-teams.yaml:27:20: identity.teams.tenant: expected the same tenant')
})

test('.env in the folder is read, what is set already wins, and in production and in the demonstration nobody reads it', async () => {
  const home = mkdtempSync(path.join(folder, 'env-'))
  writeFileSync(path.join(home, '.env'), 'THAND_URL=https://from-the-file.acme.example\n')
  const [file, set, production, demo] = await Promise.all([
    thand(['manifest', 'slack'], {}, home),
    thand(['manifest', 'slack'], { THAND_URL: 'https://set.acme.example' }, home),
    thand(['manifest', 'slack'], { NODE_ENV: 'production' }, home),
    thand(['manifest', 'slack'], { NODE_ENV: 'test' }, home),
  ])
  expect(file.out).toContain('https://from-the-file.acme.example/slack/events')
  expect(set.out).toContain('https://set.acme.example/slack/events')
  expect([production, demo]).toMatchObject([
    { code: 2, out: '' },
    { code: 2, out: '' },
  ])
  expect(production.err).toContain('THAND_URL is not set')
})

test('a database that does not answer, refuses or is not there: one line with the way out, and no password', async () => {
  const url = new URL(inject('postgresUrl'))
  const [away, unknown, stranger] = [new URL(url), new URL(url), new URL(url)]
  away.port = '9'
  unknown.pathname = '/nowhere'
  stranger.username = 'stranger'
  for (const each of [away, unknown, stranger]) each.password = 'canary-password'
  const run = (command: string, at: URL) =>
    thand([command], { DATABASE_URL: at.href, THAND_SECRET_KEY: KEY, GITHUB_TOKEN: 'ghp_x', PORT: '0', ...SLACK })
  const ended = await Promise.all([
    run('migrate', away),
    run('server', away),
    run('migrate', unknown),
    run('migrate', stranger),
  ])
  expect(ended.map(({ code }) => code)).toEqual([75, 75, 2, 2])
  for (const { err } of ended) expect(err).toMatch(/^(The database .*\n.*\n)$/)
  expect(JSON.stringify(ended)).not.toContain('canary')
})

test('migrate: from nothing to the newest, and again', async () => {
  const env = { THAND_SECRET_KEY: KEY, DATABASE_URL: inject('postgresUrl') }
  expect(await thand(['migrate'], env)).toEqual({ code: 0, out: 'The database is up to date.\n', err: '' })
  expect(await thand(['migrate'], env)).toEqual({ code: 0, out: 'The database is up to date.\n', err: '' })
  const none = await thand(['migrate'])
  expect(none).toMatchObject({ code: 2 })
  expect(none.err).toContain('There is nothing to migrate')
})

test('server: an environment that is wrong ends 2 before anything listens; a taken port is said', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const address = taken.address()
  const port = String(typeof address === 'object' && address !== null ? address.port : 0)
  const [wrong, busy] = await Promise.all([
    thand(['server'], { GITHUB_TOKEN: 'ghp_x', SLACK_APP_TOKEN: 'xapp-canary', PORT: 'many' }),
    thand(['server'], { GITHUB_TOKEN: 'ghp_x', PORT: port, THAND_DATA_DIR: path.join(folder, 'data'), ...SLACK }),
  ])
  taken.close()
  expect(wrong).toMatchObject({ code: 2, out: '' })
  expect(wrong.err).toMatch(/^PORT: a port.*\nSLACK_BOT_TOKEN: .*\n$/)
  expect(busy).toMatchObject({ code: 2 })
  expect(busy.err).toBe('Something else listens on this port.\nStop it, or set PORT.\n')
  expect(JSON.stringify([wrong, busy])).not.toContain('canary')
})
