import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import postgres from 'postgres'
import type { AwsCloud } from '../test/doubles/aws/cloud.ts'
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
  /** Undefined on the embedded engine. */
  readonly databaseUrl: string | undefined
  close(): Promise<void>
}

const PEOPLE = 40

export const userOf = (n: number, people = PEOPLE) => `U0P${n % people}`
/** Approves, and asks for nothing. */
export const APPROVER = 'U0SAM'

export interface StageOptions {
  /** Teams is set up too, and the cards go there. */
  readonly tenant?: TeamsTenant
  readonly people?: number
  /** AWS is set up too: its provider and its roles, put into the configuration. */
  readonly aws?: { readonly cloud: AwsCloud; readonly provider: string; readonly roles: string }
}

export async function setStage(engine: EngineName, postgresUrl: string, options: StageOptions = {}): Promise<Stage> {
  const directory = mkdtempSync(path.join(tmpdir(), 'thand-bench-'))
  const numbers = Array.from({ length: options.people ?? PEOPLE }, (_, n) => n)
  const people = Object.fromEntries(
    numbers.map((n) => [userOf(n, numbers.length), { name: `P${n}`, email: `p${n}@acme.example` }]),
  )
  const slack = await startSlackWorkspace({
    people: { ...people, [APPROVER]: { name: 'Sam', email: 'sam@acme.example' } },
  })
  const github = await startGithubOrganisation({
    members: Object.fromEntries([...numbers.map((n) => [`p${n}-acme`, 'member'] as const), ['sam-acme', 'admin']]),
    teams: { sre: {} },
  })
  const { tenant, aws } = options
  const plain = configOf(github.url, numbers)
  const config = aws === undefined ? plain : withAws(plain, aws)
  const channel = `teams:${ACCESS}`
  writeFileSync(
    path.join(directory, 'thand.yaml'),
    tenant === undefined ? config : withTeams(config, tenant.tenant, channel),
  )
  const secret = randomBytes(16).toString('hex')
  const databaseUrl = engine === 'PostgreSQL' ? await newDatabase(postgresUrl) : undefined
  const database = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }
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
    ...(aws === undefined ? {} : awsEnv(aws.cloud)),
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
    databaseUrl,
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

function withAws(config: string, { provider, roles }: { readonly provider: string; readonly roles: string }): string {
  return config
    .replace('providers:\n', `providers:\n${provider}`)
    .replace('roles:\n', `roles:\n${roles}`)
    .replaceAll(/github: (p\d+)-acme/g, 'github: $1-acme, aws: $1')
}

function awsEnv({ url, credentials }: AwsCloud): Readonly<Record<string, string>> {
  return { AWS_DOUBLE: url, AWS_KEY: credentials.accessKeyId, AWS_SECRET: credentials.secretAccessKey }
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
