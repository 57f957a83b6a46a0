import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type GithubOrganisation, startGithubOrganisation } from '../../test/doubles/github/organisation.ts'
import { type SlackClient, slackClient } from '../../test/doubles/slack/client.ts'
import { type SlackWorkspace, startSlackWorkspace } from '../../test/doubles/slack/workspace.ts'
import { demoConfig } from './demo-config.ts'

/** The real server in a process of its own, between a Slack workspace and a GitHub organisation made up for it. */
export interface Stage {
  readonly slack: SlackWorkspace
  readonly github: GithubOrganisation
  readonly client: SlackClient
  /** Of the server. */
  readonly url: string
  readonly logFile: string
  close(): Promise<void>
}

const APP_OPTIONS = {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
} as const
const READY_WITHIN_MS = 40_000

export async function setStage(): Promise<Stage> {
  const directory = mkdtempSync(path.join(tmpdir(), 'thand-demo-'))
  const { privateKey, publicKey } = generateKeyPairSync('rsa', APP_OPTIONS)
  const slack = await startSlackWorkspace({
    people: { U0ANN: { name: 'Ann', email: 'ann@acme.example' }, U0SAM: { name: 'Sam', email: 'sam@acme.example' } },
    channels: { C0ACCESS: { name: 'access' } },
  })
  const github = await startGithubOrganisation({
    members: { 'ann-acme': 'member', 'sam-acme': 'admin' },
    repositories: { web: { 'README.md': '# web' } },
    app: { id: 7, installationId: 70, publicKeyPem: publicKey, permissions: { metadata: 'read', contents: 'read' } },
  })
  writeFileSync(path.join(directory, 'thand.yaml'), demoConfig(github.url), { mode: 0o600 })
  const secret = randomBytes(16).toString('hex')
  const port = await freePort()
  const logFile = path.join(directory, 'server.log')
  const log = openSync(logFile, 'a')
  const server = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', 'server'], {
    stdio: ['ignore', log, log],
    env: {
      // Not the folder's own .env, which may name a real database.
      NODE_ENV: 'test',
      THAND_CONFIG: path.join(directory, 'thand.yaml'),
      THAND_DATA_DIR: path.join(directory, 'data'),
      PORT: String(port),
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: secret,
      SLACK_API_URL: slack.apiUrl,
      GITHUB_TOKEN: github.token,
      GITHUB_APP_KEY: privateKey,
    },
  })
  // The terminal is gone: to the server that means to read its configuration again, so it is told to end.
  process.once('SIGHUP', () => {
    server.kill('SIGTERM')
    process.exit(129)
  })
  const url = `http://127.0.0.1:${port}`
  const close = async () => {
    await ended(server)
    await Promise.all([slack.close(), github.close()])
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    await isReady(url, server, logFile)
  } catch (error) {
    await close()
    throw error
  }
  return { slack, github, client: slackClient({ target: url, secret, workspace: slack }), url, logFile, close }
}

async function isReady(url: string, server: ChildProcess, logFile: string): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS
  while (Date.now() < end) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}; its log is ${logFile}`)
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    if (answer?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the server was not ready in time')
}

function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.kill('SIGTERM')
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
