import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type AwsCloud, startAwsCloud } from '../../test/doubles/aws/cloud.ts'
import { type GithubOrganisation, startGithubOrganisation } from '../../test/doubles/github/organisation.ts'
import { type SlackClient, slackClient } from '../../test/doubles/slack/client.ts'
import { type SlackWorkspace, startSlackWorkspace } from '../../test/doubles/slack/workspace.ts'
import { demoConfig } from './demo-config.ts'
import { ServerProcess } from './server-process.ts'

/** The real server in a process of its own, between a Slack workspace, a GitHub organisation and an account of AWS made up for it. */
export interface Stage {
  readonly slack: SlackWorkspace
  readonly github: GithubOrganisation
  readonly aws: AwsCloud
  readonly client: SlackClient
  /** Of the server. */
  readonly url: string
  readonly logFile: string
  readonly server: ServerProcess
  close(): Promise<void>
}

const APP_OPTIONS = {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
} as const
const AWS_ACCOUNT = '111122223333'

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
  const aws = await startAwsCloud({
    accounts: { [AWS_ACCOUNT]: { users: { ann: {}, bob: {} }, roles: { ThandSession: { policies: { most: MOST } } } } },
  })
  const config = demoConfig({ github: github.url, aws: aws.url, account: AWS_ACCOUNT })
  writeFileSync(path.join(directory, 'thand.yaml'), config, { mode: 0o600 })
  const secret = randomBytes(16).toString('hex')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const logFile = path.join(directory, 'server.log')
  const server = new ServerProcess(url, logFile, {
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
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
  })
  endWithTerminal(server)
  const close = async () => {
    await server.end('SIGTERM')
    await Promise.all([slack.close(), github.close(), aws.close()])
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    await server.start()
  } catch (error) {
    await close()
    throw error
  }
  const client = slackClient({ target: url, secret, workspace: slack })
  return { slack, github, aws, client, url, logFile, server, close }
}

/** The terminal is gone: to the server that means to read its configuration again, so it is told to end. */
function endWithTerminal(server: ServerProcess): void {
  process.once('SIGHUP', () => {
    void server.end('SIGTERM')
    process.exit(129)
  })
}

/** What sessions can be asked for at most, and the question by which they are seen to live. */
const MOST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['iam:List*', 'sts:GetAccessKeyInfo'], Resource: '*' }],
})

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
