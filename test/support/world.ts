import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { readEnvironment } from '../../src/config/env.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { engines, type Running, startServer, type Wrapping } from '../../src/main.ts'
import {
  type GithubOrganisation,
  type GithubOrganisationOptions,
  startGithubOrganisation,
} from '../doubles/github/organisation.ts'
import { type SlackClient, slackClient } from '../doubles/slack/client.ts'
import { buttonsOf, cardsIn, plainTextOf, threadOf } from '../doubles/slack/reading.ts'
import {
  type SlackMessage,
  type SlackWorkspace,
  type SlackWorkspaceOptions,
  startSlackWorkspace,
} from '../doubles/slack/workspace.ts'
import type { TeamsTenant, TeamsTenantOptions } from '../doubles/teams/tenant.ts'
import { type EngineName, newPostgresDatabase } from './databases.ts'
import { standardConfig } from './standard-config.ts'

export const PEOPLE = {
  U0ANN: { name: 'Ann', email: 'ann@acme.example' },
  U0BOB: { name: 'Bob', email: 'bob@acme.example' },
  U0SAM: { name: 'Sam', email: 'sam@acme.example' },
  U0SUE: { name: 'Sue', email: 'sue@acme.example' },
} as const satisfies SlackWorkspaceOptions['people']

export interface WorldOptions {
  readonly engine?: EngineName
  readonly people?: SlackWorkspaceOptions['people']
  readonly channels?: SlackWorkspaceOptions['channels']
  readonly github?: GithubOrganisationOptions
  readonly yaml?: (github: GithubOrganisation) => string
  readonly wrapping?: Wrapping
  /** Laid over the environment of the server. */
  readonly env?: Readonly<Record<string, string>>
  /** Slack reaches the server over connections that the server opens, and by no address. */
  readonly isSocketMode?: boolean
  /** Teams is set up beside Slack, or alone. */
  readonly teams?: { readonly tenant: TeamsTenant; readonly isAlone?: boolean }
  /** Puts something between the server and its database: the address under which the server finds it. */
  readonly through?: (databaseUrl: string) => Promise<string>
}

export const TEAMS_PEOPLE = {
  ann: { name: 'Ann', address: 'ann@acme.example' },
  bob: { name: 'Bob', address: 'bob@acme.example' },
  sam: { name: 'Sam', address: 'sam@acme.example' },
  sue: { name: 'Sue', address: 'sue@acme.example' },
} as const satisfies TeamsTenantOptions['people']

const WITHOUT_SLACK = { SLACK_BOT_TOKEN: '', SLACK_SIGNING_SECRET: '', SLACK_APP_TOKEN: '' }

/** The real server in this process, over real HTTP, with the doubles and a database of its own. */
export interface World {
  readonly slack: SlackWorkspace
  readonly github: GithubOrganisation
  readonly directory: string
  readonly log: string[]
  /** Undefined on the embedded engine. */
  readonly databaseUrl: string | undefined
  readonly signingSecret: string
  client: SlackClient
  server: Running
  start(): Promise<void>
  close(): Promise<void>
  /** The n-th card in the channel. */
  card(n?: number, channel?: string): SlackMessage
  text(message: SlackMessage): string
  thread(message: SlackMessage): readonly string[]
  hasButton(message: SlackMessage, label: string): boolean
  until<T>(what: string, look: () => T | undefined | false | null, limitMs?: number): Promise<T>
}

export async function givenWorld(options: WorldOptions = {}): Promise<World> {
  const directory = mkdtempSync(path.join(tmpdir(), 'thand-world-'))
  const people = options.people ?? PEOPLE
  const slack = await startSlackWorkspace({
    people,
    ...(options.channels === undefined ? {} : { channels: options.channels }),
  })
  const members = { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' } as const
  const github = await startGithubOrganisation(options.github ?? { members, teams: { sre: {} } })
  writeFileSync(path.join(directory, 'thand.yaml'), (options.yaml ?? standardConfig)(github))
  const secret = randomBytes(16).toString('hex')
  const databaseUrl = (options.engine ?? 'postgres') === 'postgres' ? await newPostgresDatabase() : undefined
  const serverUrl = databaseUrl === undefined ? undefined : ((await options.through?.(databaseUrl)) ?? databaseUrl)
  const log: string[] = []
  const env = {
    THAND_CONFIG: path.join(directory, 'thand.yaml'),
    THAND_DATA_DIR: path.join(directory, 'data'),
    THAND_SECRET_KEY: randomBytes(32).toString('base64'),
    PORT: '0',
    ...(serverUrl === undefined ? {} : { DATABASE_URL: serverUrl }),
    SLACK_BOT_TOKEN: slack.botToken,
    ...(options.isSocketMode === true ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: secret }),
    SLACK_API_URL: slack.apiUrl,
    GITHUB_TOKEN: github.token,
    ...options.teams?.tenant.env,
    ...(options.teams?.isAlone === true ? WITHOUT_SLACK : {}),
    ...options.env,
  }
  const start = async () => {
    const server = await launch(env, log, options.wrapping ?? {})
    const isSocket = options.isSocketMode === true
    return { server, client: slackClient({ target: server.url, secret, workspace: slack, isSocket }) }
  }
  const first = await start()
  const world: World = {
    slack,
    github,
    directory,
    log,
    databaseUrl,
    signingSecret: secret,
    ...first,
    async start() {
      Object.assign(world, await start())
    },
    async close() {
      await world.server.stop()
      await Promise.all([slack.close(), github.close()])
      rmSync(directory, { recursive: true, force: true })
    },
    ...readingOf(slack),
    until,
  }
  return world
}

function readingOf(slack: SlackWorkspace): Pick<World, 'card' | 'text' | 'thread' | 'hasButton'> {
  const names = Object.fromEntries(Object.entries(slack.people).map(([id, person]) => [id, person.name]))
  return {
    card(n = 0, channel = 'C0ACCESS') {
      const card = cardsIn(slack, channel)[n]
      if (card === undefined) throw new Error(`no card ${n} in ${channel}`)
      return card
    },
    text: (message) => plainTextOf(message, names),
    thread: (message) => threadOf(slack, message).map((reply) => plainTextOf(reply, names)),
    hasButton: (message, label) => buttonsOf(message).some((button) => button.label.startsWith(label)),
  }
}

async function launch(env: Record<string, string>, log: string[], wrapping: Wrapping): Promise<Running> {
  const environment = readEnvironment(env)
  if (!environment.ok) throw new Error(JSON.stringify(environment.error))
  const config = await loadConfig({
    path: environment.value.configPath,
    env,
    engines,
    platforms: [],
    isProduction: false,
  })
  if (!config.ok) throw new Error(JSON.stringify(config.error))
  const logger = pino({ level: 'debug' }, { write: (line: string) => log.push(line) })
  const started = await startServer(environment.value, config.value, logger, wrapping)
  if (!started.ok) throw new Error(started.error.code)
  return started.value
}

export async function until<T>(what: string, look: () => T | undefined | false | null, limitMs = 45_000): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const found = look()
    if (found !== undefined && found !== false && found !== null) return found
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}
