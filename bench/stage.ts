import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import postgres from 'postgres'
import { type GithubOrganisation, startGithubOrganisation } from '../test/doubles/github/organisation.ts'
import { type SlackClient, slackClient } from '../test/doubles/slack/client.ts'
import { type SlackWorkspace, startSlackWorkspace } from '../test/doubles/slack/workspace.ts'
import { ACCESS, type TeamsTenant } from '../test/doubles/teams/tenant.ts'
import { type Child, floorServer, startChild, thandServer } from './child.ts'

export type EngineName = 'PostgreSQL' | 'PGlite'

/** A database of its own, both doubles in this process, and servers from the build as often as one wants. */
export interface Stage {
  readonly slack: SlackWorkspace
  readonly github: GithubOrganisation
  launch(): Promise<Child>
  /** The floor: the same signature, checked by a bare route. */
  launchFloor(): Promise<Child>
  clientOf(child: Child): SlackClient
  close(): Promise<void>
}

const PEOPLE = 40

export const userOf = (n: number) => `U0P${n % PEOPLE}`
/** Approves, and asks for nothing. */
export const APPROVER = 'U0SAM'

export interface StageOptions {
  /** Teams is set up too, and the cards go there. */
  readonly tenant?: TeamsTenant
}

export async function setStage(engine: EngineName, postgresUrl: string, options: StageOptions = {}): Promise<Stage> {
  const directory = mkdtempSync(path.join(tmpdir(), 'thand-bench-'))
  const numbers = Array.from({ length: PEOPLE }, (_, n) => n)
  const people = Object.fromEntries(numbers.map((n) => [userOf(n), { name: `P${n}`, email: `p${n}@acme.example` }]))
  const slack = await startSlackWorkspace({
    people: { ...people, [APPROVER]: { name: 'Sam', email: 'sam@acme.example' } },
  })
  const github = await startGithubOrganisation({
    members: Object.fromEntries([...numbers.map((n) => [`p${n}-acme`, 'member'] as const), ['sam-acme', 'admin']]),
    teams: { sre: {} },
  })
  const { tenant } = options
  const config = configOf(github.url, numbers)
  const channel = `teams:${ACCESS}`
  writeFileSync(
    path.join(directory, 'thand.yaml'),
    tenant === undefined ? config : withTeams(config, tenant.tenant, channel),
  )
  const secret = randomBytes(16).toString('hex')
  const database = engine === 'PostgreSQL' ? { DATABASE_URL: await newDatabase(postgresUrl) } : {}
  const env = {
    THAND_CONFIG: path.join(directory, 'thand.yaml'),
    THAND_DATA_DIR: path.join(directory, 'data'),
    THAND_SECRET_KEY: randomBytes(32).toString('base64'),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: secret,
    SLACK_API_URL: slack.apiUrl,
    GITHUB_TOKEN: github.token,
    ...database,
    ...tenant?.env,
  }
  const children: Child[] = []
  const launch = async (argv: readonly string[]) => {
    const child = await startChild(argv, env)
    children.push(child)
    return child
  }
  return {
    slack,
    github,
    launch: () => launch(thandServer),
    launchFloor: () => launch(floorServer),
    clientOf: ({ url }) => slackClient({ target: url, secret, workspace: slack }),
    async close() {
      await Promise.all(children.map((child) => child.stop()))
      await Promise.all([slack.close(), github.close()])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export async function until<T>(what: string, look: () => T | undefined, limitMs = 60_000): Promise<T> {
  for (const began = performance.now(); performance.now() - began < limitMs; ) {
    const found = look()
    if (found !== undefined) return found
    await pause(5)
  }
  throw new Error(`waited ${limitMs} ms for ${what}`)
}

export async function newDatabase(postgresUrl: string): Promise<string> {
  const url = new URL(postgresUrl)
  const name = `bench_${randomUUID().replaceAll('-', '')}`
  const admin = postgres(url.href, { max: 1, onnotice: () => undefined })
  await admin.unsafe(`create database ${name}`)
  await admin.end()
  url.pathname = `/${name}`
  return url.href
}

function withTeams(config: string, tenant: string, channel: string): string {
  return config
    .replace('slack: { team: T0ACME }', `slack: { team: T0ACME }, teams: { tenant: ${tenant} }`)
    .replace('channel: slack:C0ACCESS', `channel: "${channel}"`)
}

function configOf(githubUrl: string, numbers: readonly number[]): string {
  const people = numbers.map(
    (n) => `  p${n}@acme.example: { name: P${n}, groups: [platform], accounts: { github: p${n}-acme } }\n`,
  )
  return `version: "1.0"
people:
${people.join('')}  sam@acme.example: { name: Sam, groups: [security], accounts: { github: sam-acme } }
identity: { domains: [acme.example], slack: { team: T0ACME } }
limits: { min_duration: 1s, pending_per_person: 1000, commands_per_minute: 100000 }
providers:
  github:
    provider: github
    name: GitHub acme
    config: { org: acme, token: "\${env:GITHUB_TOKEN}", api_url: "${githubUrl}" }
roles:
  team-sre:
    name: SRE team
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 8h
workflows:
  two-eyes:
    name: Security approves
    channel: slack:C0ACCESS
    stages: [{ approvers: { groups: [security] }, quorum: 1 }]
`
}
