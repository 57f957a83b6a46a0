import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import {
  type GithubOrganisation,
  type GithubOrganisationOptions,
  startGithubOrganisation,
} from '../doubles/github/organisation.ts'
import { type SlackClient, slackClient } from '../doubles/slack/client.ts'
import { type SlackWorkspace, startSlackWorkspace } from '../doubles/slack/workspace.ts'
import { commandOf } from '../support/built.ts'
import { standardConfig } from '../support/standard-config.ts'

export interface Child {
  readonly process: ChildProcess
  readonly client: SlackClient
  readonly url: string
  /** Names of the points that it has passed. */
  readonly points: string[]
  readonly gone: Promise<void>
  arm(id: string): void
  go(id: string): void
  /** Resolves when the child stands at the gate of this request. */
  at(id: string): Promise<void>
  /** At the next point whose name has this in it the child stops, as by SIGSTOP. */
  stopAt(part: string): void
  kill(): Promise<void>
}

export interface Stage {
  readonly slack: SlackWorkspace
  readonly github: GithubOrganisation
  readonly sql: postgres.Sql
  launch(env?: Record<string, string>): Promise<Child>
  close(): Promise<void>
}

const PEOPLE = {
  U0ANN: { name: 'Ann', email: 'ann@acme.example' },
  U0BOB: { name: 'Bob', email: 'bob@acme.example' },
  U0SAM: { name: 'Sam', email: 'sam@acme.example' },
  U0SUE: { name: 'Sue', email: 'sue@acme.example' },
}

interface StageOptions {
  readonly github?: GithubOrganisationOptions
  readonly yaml?: (github: GithubOrganisation) => string
  readonly env?: Readonly<Record<string, string>>
}

/** A database of its own on a running PostgreSQL, both doubles, and as many servers as one wants. */
export async function setStage(postgresUrl: string, options: StageOptions = {}): Promise<Stage> {
  const directory = mkdtempSync(path.join(tmpdir(), 'thand-campaign-'))
  const databaseUrl = await newDatabase(postgresUrl)
  const slack = await startSlackWorkspace({ people: PEOPLE })
  const github = await startGithubOrganisation({
    members: { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' },
    teams: { sre: {} },
    ...options.github,
  })
  const yaml = (options.yaml ?? standardConfig)(github).replace(
    'limits: {',
    'limits: { commands_per_minute: 100000, pending_per_person: 1000,',
  )
  writeFileSync(path.join(directory, 'thand.yaml'), yaml)
  const secret = randomBytes(16).toString('hex')
  const env = {
    PATH: process.env.PATH ?? '',
    THAND_CONFIG: path.join(directory, 'thand.yaml'),
    THAND_SECRET_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: databaseUrl,
    PORT: '0',
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: secret,
    SLACK_API_URL: slack.apiUrl,
    GITHUB_TOKEN: github.token,
    ...options.env,
  }
  const children: Child[] = []
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined })
  return {
    slack,
    github,
    sql,
    async launch(more = {}) {
      const log = path.join(directory, `server-${children.length}.log`)
      const child = await launch({ env: { ...env, ...more }, log, secret, slack })
      children.push(child)
      return child
    },
    async close() {
      await Promise.all(children.map((child) => child.kill()))
      await sql.end()
      await Promise.all([slack.close(), github.close()])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function newDatabase(postgresUrl: string): Promise<string> {
  const url = new URL(postgresUrl)
  const name = `c_${randomUUID().replaceAll('-', '')}`
  const admin = postgres(url.href, { max: 1, onnotice: () => undefined })
  await admin.unsafe(`create database ${name}`)
  await admin.end()
  url.pathname = `/${name}`
  return url.href
}

type Said = { kind: 'ready'; url: string } | { kind: 'point'; label: string } | { kind: 'at'; id: string }

async function launch(how: {
  env: Record<string, string>
  log: string
  secret: string
  slack: SlackWorkspace
}): Promise<Child> {
  const out = openSync(how.log, 'a')
  const words = commandOf('child')
  const child = fork(words.at(-1) ?? '', [], {
    env: how.env,
    execArgv: words.slice(0, -1),
    stdio: ['ignore', out, out, 'ipc'],
  })
  const points: string[] = []
  const standing = new Set<string>()
  const waiting = new Map<string, () => void>()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    void gone.then(() =>
      reject(new Error(`a server ended after ${points.length} points: ${readFileSync(how.log, 'utf8').slice(-800)}`)),
    )
    child.on('message', (said: Said) => {
      if (said.kind === 'ready') resolve(said.url)
      else if (said.kind === 'point') points.push(said.label)
      else {
        standing.add(said.id)
        waiting.get(said.id)?.()
      }
    })
  })
  return {
    process: child,
    url,
    client: slackClient({ target: url, secret: how.secret, workspace: how.slack }),
    points,
    gone,
    arm: (id) => child.send({ kind: 'arm', id }),
    go: (id) => child.send({ kind: 'go', id }),
    at: (id) => (standing.has(id) ? Promise.resolve() : new Promise((resolve) => waiting.set(id, resolve))),
    stopAt: (part) => child.send({ kind: 'stop', id: part }),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
