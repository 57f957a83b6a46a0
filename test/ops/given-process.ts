import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { type GithubOrganisation, startGithubOrganisation } from '../doubles/github/organisation.ts'
import { type SlackClient, slackClient } from '../doubles/slack/client.ts'
import { type SlackWorkspace, startSlackWorkspace } from '../doubles/slack/workspace.ts'
import { commandOf } from '../support/built.ts'
import { newPostgresDatabase } from '../support/databases.ts'
import { freePort } from '../support/postgres.ts'
import { PEOPLE, until } from '../support/world.ts'
import { yamlWith } from '../threats/b-stage.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

export interface LogLine extends Readonly<Record<string, unknown>> {
  readonly msg: string
}

/** `thand server` in a process of its own, which can be sent signals, with the doubles and a database. */
export interface ServerProcess {
  readonly slack: SlackWorkspace
  readonly github: GithubOrganisation
  readonly client: SlackClient
  readonly sql: postgres.Sql
  readonly url: string
  readonly databaseUrl: string
  readonly process: ChildProcess
  /** Where thand.yaml is. */
  readonly directory: string
  /** So far, oldest first. */
  log(event?: string): readonly LogLine[]
  /** Writes other files, asks for them with SIGHUP, and waits for what the server says to it. */
  reload(change: (yaml: string) => string): Promise<LogLine>
  close(): Promise<void>
}

/** `files` lie beside thand.yaml. */
export async function givenProcess(
  options: { readonly change?: (yaml: string) => string; readonly files?: Readonly<Record<string, string>> } = {},
): Promise<ServerProcess> {
  const directory = mkdtempSync(path.join(tmpdir(), 'thand-process-'))
  const slack = await startSlackWorkspace({ people: PEOPLE })
  const members = { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' } as const
  const github = await startGithubOrganisation({ members, teams: { sre: {} } })
  const file = path.join(directory, 'thand.yaml')
  let yaml = (options.change ?? ((same: string) => same))(yamlWith(github))
  writeFileSync(file, yaml)
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(path.join(directory, name), text)
  const secret = randomBytes(16).toString('hex')
  const databaseUrl = await newPostgresDatabase()
  const url = `http://127.0.0.1:${await freePort()}`
  const child = spawn(process.execPath, [...commandOf('thand'), 'server'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      THAND_CONFIG: file,
      THAND_SECRET_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: databaseUrl,
      PORT: new URL(url).port,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: secret,
      SLACK_API_URL: slack.apiUrl,
      GITHUB_TOKEN: github.token,
    },
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const log = (event?: string) =>
    said
      .slice(0, said.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine)
      .filter((line) => event === undefined || line.msg === event)
  const answers = () => log().filter((line) => /^configuration_(reloaded|not_loaded)$/.test(line.msg))
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined })
  await until('the server', () => log('server_ready').length > 0)
  return {
    slack,
    github,
    client: slackClient({ target: url, secret, workspace: slack }),
    sql,
    url,
    databaseUrl,
    process: child,
    directory,
    log,
    async reload(change) {
      yaml = change(yaml)
      writeFileSync(file, yaml)
      const before = answers().length
      child.kill('SIGHUP')
      return until('an answer to SIGHUP', () => answers()[before])
    },
    async close() {
      child.kill('SIGTERM')
      await gone
      await sql.end()
      await Promise.all([slack.close(), github.close()])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
