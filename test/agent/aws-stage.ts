import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { Credential } from '../../src/wire/credential.ts'
import { type AgentApi, cardOf, startAgentApi } from '../doubles/agent-api/start.ts'
import { type AwsCloud, startAwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { givenSession } from './given-session.ts'
import { agentFile, givenMachine, type Machine } from './machine.ts'

export const ID = 'req_7k2mq9xd'

/** A machine that is logged in, with an access to AWS: sessions of a role, of which AWS ends each on its second. */
export interface AwsStage {
  readonly api: AgentApi
  readonly cloud: AwsCloud
  readonly machine: Machine
  /** Of every process on the machine: the endpoint of AWS, and `thand` in the PATH. */
  readonly env: Readonly<Record<string, string>>
  /** All that was given out, in order. */
  readonly given: Credential[]
  /** Whether credentials come with a place to sign a browser in. */
  hasConsole: boolean
  /** How long the next ones live, and the access itself. */
  lasts(seconds: { readonly credential?: number; readonly access?: number }): void
  close(): Promise<void>
}

export async function givenAwsStage(): Promise<AwsStage> {
  const [api, cloud] = await Promise.all([startAgentApi(), startAwsCloud({ accounts: ACCOUNTS })])
  const machine = givenMachine()
  const env = { ...thandInPath(machine), AWS_ENDPOINT_URL: cloud.url }
  await machine.login(api.url, (code) => api.confirm(code, 'Ann'))
  api.answerTo = () => cardOf('It is being ended.')
  const given: Credential[] = []
  const lives = { credential: 3_600 }
  const give = async () => {
    const { console, ...rest } = await assumed(cloud, given.length + 1, lives.credential)
    const credential = stage.hasConsole ? { ...rest, console } : rest
    given.push(credential)
    return credential
  }
  const stage: AwsStage = {
    api,
    cloud,
    machine,
    env,
    given,
    hasConsole: true,
    lasts({ credential = 3_600, access = 3_600 }) {
      lives.credential = credential
      given.length = 0
      api.calls.length = 0
      api.credentials.set(ID, give)
      const expires_at = new Date(Date.now() + access * 1000).toISOString()
      api.sessions.splice(0, api.sessions.length, givenSession({ provider: 'aws', expires_at }))
    },
    close: async () => {
      await Promise.all([api.close(), cloud.close()])
    },
  }
  return stage
}

/** As its person has it, and no other source of credentials than what a test says. */
export function thandInPath({ home }: Machine): Readonly<Record<string, string>> {
  const bin = path.join(home, 'bin')
  mkdirSync(bin)
  const thand = path.join(bin, 'thand')
  writeFileSync(thand, `#!/bin/sh\nexec '${process.execPath}' '${agentFile()}' "$@"\n`)
  chmodSync(thand, 0o755)
  // The SDK says on stderr which versions of Node it will want.
  return { PATH: `${bin}:${process.env['PATH']}`, AWS_EC2_METADATA_DISABLED: 'true', NODE_NO_WARNINGS: '1' }
}

const ACCOUNTS = {
  '111122223333': { users: { ann: {} }, roles: { session: { policies: { read: allowing('iam:*') } } } },
}

/** As the server gives it: the end of its policy is the one that is told. */
async function assumed(cloud: AwsCloud, number: number, seconds: number) {
  const sts = new STSClient({ endpoint: cloud.url, region: cloud.region, credentials: cloud.credentials })
  const expires_at = new Date(Math.floor(Date.now() / 1000 + seconds) * 1000).toISOString()
  const Condition = { DateLessThan: { 'aws:CurrentTime': expires_at } }
  const Statement = [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*', Condition }]
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${cloud.home}:role/session`,
      RoleSessionName: `jit-${number}`,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  )
  const environment = {
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
  }
  const console = { federation: cloud.federationUrl, destination: 'https://console.aws.amazon.com/' }
  return { id: ID, number, expires_at, environment, console }
}
