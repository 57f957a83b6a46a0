import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { startGithubOrganisation } from '../doubles/github/organisation.ts'
import { slackClient } from '../doubles/slack/client.ts'
import { startSlackWorkspace } from '../doubles/slack/workspace.ts'
import { commandOf } from '../support/built.ts'
import { newPostgresDatabase } from '../support/databases.ts'
import { freePort } from '../support/postgres.ts'
import { standardConfig } from '../support/standard-config.ts'
import { PEOPLE, until } from '../support/world.ts'
import { eventually } from './b-stage.ts'
import { CANARIES, leaksIn } from './c-canaries.ts'
import { folderWith, thand } from './c-cli.ts'
import { dumpOf, raw, shownIn } from './c-stage.ts'

test('C11: the search finds what it looks for', () => {
  for (const [name, secret] of Object.entries(CANARIES)) {
    const hidden = [
      secret,
      Buffer.from(`Basic x:${secret}y`).toString('base64'),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('hex'),
    ]
    for (const text of hidden) expect(leaksIn(`a ${text} b`)).toEqual([name])
  }
  expect(leaksIn('xoxb-other ghp_other')).toEqual([])
})

describe('C11: a whole life in which everything goes wrong, logged at trace', () => {
  let sinks: Readonly<Record<string, string>>
  beforeAll(async () => {
    sinks = await liveAndFail()
  })

  test.each(['log', 'rows', 'shown', 'answers', 'slack calls', 'github requests', 'argv'])(
    'no secret is in the %s',
    (sink) => {
      expect(sinks[sink]?.length).toBeGreaterThan(20)
      expect(leaksIn(sinks[sink] ?? '')).toEqual([])
    },
  )

  test('what went wrong was seen', () => {
    expect(sinks['log']).toMatch(/slack_request_refused/)
    expect(sinks['log']).toMatch(/message_not_sent/)
    expect(sinks['log']).toMatch(/lookup_failed|inbound_failed/)
    expect(sinks['rows']).toMatch(/bad credentials for \[secret\]/)
  })
})

/** The server as a process; every sink that is left of it. */
async function liveAndFail(): Promise<Readonly<Record<string, string>>> {
  const slack = await startSlackWorkspace({ people: PEOPLE, botToken: CANARIES.botToken })
  const members = { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' } as const
  const github = await startGithubOrganisation({ token: CANARIES.githubToken, members, teams: { sre: {} } })
  const url = new URL(await newPostgresDatabase())
  url.password = CANARIES.databasePassword
  const sql = postgres(url.href, { max: 1, onnotice: () => undefined })
  const directory = mkdtempSync(path.join(tmpdir(), 'thand-canary-'))
  writeFileSync(path.join(directory, 'thand.yaml'), standardConfig(github))
  const env = await environment({ directory, slack: slack.apiUrl, database: url.href })
  const server = spawn(process.execPath, [...commandOf('thand'), 'server'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const name of ['stdout', 'stderr'] as const) {
    server[name].setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk
    })
  }
  const target = `http://127.0.0.1:${env['PORT']}`
  await eventually(
    'the server',
    async () => (await fetch(`${target}/readyz`).catch(() => undefined))?.ok === true,
    40_000,
  )
  const argv = argvOf(server.pid ?? -1)
  const client = slackClient({ target, secret: CANARIES.signingSecret, workspace: slack })
  const answers: string[] = []
  const say = async (user: string, line: string) => {
    const { text } = await client.command(user, line)
    answers.push(text)
    return /req_[0-9a-z]{8}/.exec(text)?.[0] ?? 'none'
  }
  const given = async (user: string, line: string) => say('U0SAM', `approve ${await say(user, line)}`)

  const old = slackClient({ target, secret: CANARIES.oldSigningSecret, workspace: slack })
  answers.push((await old.command('U0BOB', 'mine')).text, (await client.signed('x', { secret: 'guess' })).text)
  for (const at of ['/slack/events', '/readyz', '/%ZZ', `/${'x'.repeat(9000)}`])
    answers.push((await raw(`${target}${at}`)).text)
  answers.push((await raw(`${target}/slack/events`, { method: 'POST', body: '{' })).text)
  github.faults.unauthorized = true
  await given('U0ANN', 'request github:org-admin 3s x')
  await eventually('the refusal', async () => /refuses our own credential/.test(await dumpOf(sql)))
  github.faults.unauthorized = false
  const echo = `bad credentials for ${CANARIES.githubToken}`
  github.faults.next({ method: 'PUT', path: /orgs\/acme\/memberships/ }, { kind: 'status', status: 500, message: echo })
  github.faults.next({ method: 'PUT', path: /teams/ }, { kind: 'status', status: 422, message: echo })
  await given('U0BOB', 'request github:team-sre 3s x')
  await eventually('what GitHub says of it', async () => /bad credentials for/.test(await dumpOf(sql)))
  slack.faults.failNext('chat.postMessage', { kind: 'error', error: 'invalid_auth', times: 2 })
  slack.faults.failNext('users.info', { kind: 'http500' })
  slack.faults.failNext('views.open', { kind: 'error', error: CANARIES.botToken })
  await say('U0SUE', 'mine')
  await say('U0SUE', '')
  await say('U0ANN', 'request github:team-sre 9m y')
  await sql`alter table request rename to request_gone`
  await say('U0ANN', 'mine')
  await sql`alter table request_gone rename to request`
  await until('the failed post', () => log.includes('message_not_sent'))
  const rows = await dumpOf(sql)
  server.kill('SIGTERM')
  await new Promise((resolve) => server.once('exit', resolve))
  await sql.end()
  const sinks = {
    log,
    rows,
    argv,
    shown: JSON.stringify(shownIn(slack)),
    answers: answers.join('\n'),
    // Their own headers carry the tokens; nothing else does.
    'slack calls': JSON.stringify(slack.calls.map(({ method, args }) => [method, args])),
    'github requests': JSON.stringify(
      github.journal.map(({ method, path: at, query, body }) => [method, at, query, body]),
    ),
  }
  await Promise.all([slack.close(), github.close()])
  rmSync(directory, { recursive: true, force: true })
  return sinks
}

async function environment(at: { directory: string; slack: string; database: string }) {
  return {
    PATH: process.env.PATH,
    PORT: String(await freePort()),
    LOG_LEVEL: 'trace',
    THAND_CONFIG: path.join(at.directory, 'thand.yaml'),
    THAND_SECRET_KEY: CANARIES.secretKey,
    DATABASE_URL: at.database,
    SLACK_BOT_TOKEN: CANARIES.botToken,
    SLACK_SIGNING_SECRET: `${CANARIES.signingSecret},${CANARIES.oldSigningSecret}`,
    SLACK_API_URL: at.slack,
    GITHUB_TOKEN: CANARIES.githubToken,
  }
}

/** What every account of the machine can read of a process. */
function argvOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`
  return existsSync(file)
    ? readFileSync(file, 'utf8')
    : execFileSync('ps', ['-o', 'args=', '-p', String(pid)]).toString()
}

/** Every row of every table, the catalogue of the migrations too. */
describe('C11: a terminal is told what is wrong, and no secret', () => {
  const GOOD = standardConfig({ url: 'https://api.github.com' })
  const ENV = { GITHUB_TOKEN: CANARIES.githubToken }

  test.each([
    ['a token in the file', GOOD.replace('${env:GITHUB_TOKEN}', () => CANARIES.githubToken)],
    ['a token where a name is meant', GOOD.replace('name: Ann', () => `name: "${CANARIES.githubToken}"`)],
    [
      'a token beside a mistake',
      GOOD.replace('org: acme, token: "${env:GITHUB_TOKEN}"', () => `orgg: x, token: "${CANARIES.githubToken}"`),
    ],
    ['a token as a key', GOOD.replace('limits: {', () => `limits: { "${CANARIES.githubToken}": 1,`)],
    ['a token in a file that is no YAML', GOOD.replace('"${env:GITHUB_TOKEN}"', () => `"${CANARIES.githubToken}": @`)],
    [
      'an address with a password',
      GOOD.replace('https://api.github.com', `https://x:${CANARIES.fileSecret}@api.github.com`),
    ],
    ['a variable where it does not fit', GOOD.replace('org: acme', () => 'org: "${env:GITHUB_TOKEN}"')],
    ['the content of a file where it does not fit', GOOD.replace('org: acme', () => 'org: "${file:secret}"')],
  ])('%s', async (_what, yaml) => {
    const directory = folderWith({ 'thand.yaml': yaml, secret: CANARIES.fileSecret })
    const { code, stdout, stderr } = await thand(['validate', path.join(directory, 'thand.yaml')], ENV)
    expect(code).toBe(2)
    expect(stderr).toMatch(/thand\.yaml:\d+:\d+/)
    expect(leaksIn(stdout + stderr)).toEqual([])
  })

  test('variables that are wrong, and a database that cannot be had', async () => {
    const file = path.join(folderWith({ 'thand.yaml': GOOD }), 'thand.yaml')
    const env = { ...ENV, THAND_CONFIG: file, THAND_SECRET_KEY: CANARIES.secretKey, SLACK_BOT_TOKEN: CANARIES.botToken }
    const address = new URL(await newPostgresDatabase())
    address.password = CANARIES.databasePassword
    const strange = new URL(address)
    strange.username = 'nobody_here'
    const ran = await Promise.all([
      thand(['validate'], { ...env, DATABASE_URL: `mysql://x:${CANARIES.databasePassword}@h/d` }),
      thand(['validate'], {
        ...env,
        THAND_SECRET_KEY: CANARIES.fileSecret,
        SLACK_SIGNING_SECRET: `${CANARIES.signingSecret} x`,
      }),
      thand(['migrate'], { ...env, SLACK_SIGNING_SECRET: 'x', DATABASE_URL: strange.href }),
      thand(['migrate'], { ...env, SLACK_SIGNING_SECRET: 'x', DATABASE_URL: `${address.href}_gone` }),
      thand(['server'], {
        ...env,
        SLACK_SIGNING_SECRET: 'x',
        DATABASE_URL: address.href.replace(/:\d+\//, ':1/'),
        LOG_LEVEL: 'trace',
      }),
    ])
    for (const { code, stdout, stderr } of ran) {
      expect(code).not.toBe(0)
      expect(stderr.trim()).not.toBe('')
      expect(leaksIn(stdout + stderr)).toEqual([])
    }
  })
})
