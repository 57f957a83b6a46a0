import { type AwsCloud, startAwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { type UsableCredential, useCredential } from '../doubles/aws/use-credential.ts'
import { pull } from './credential-stage.ts'
import type { DeviceClient } from './device-client.ts'

export const ACCOUNT = '111122223333'
const REPORTS = 'arn:aws:s3:::acme-reports/*'
export const READERS_POLICY = `arn:aws:iam::${ACCOUNT}:policy/readers`

const role = (name: string, operation: string, target: string) => `  ${name}:
    name: ${name}
    providers: [aws]
    permissions: { allow: [{ operations: ["${operation}"], targets: ["${target}"] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
`
/** One for each way to be given something in an account. */
export const AWS_ROLES = [
  role('read-reports', 's3:GetObject', REPORTS),
  role('own-reports', 'user:s3:GetObject', REPORTS),
  role('on-call', 'group:member', 'sre'),
  role('reader', 'policy:attached', READERS_POLICY),
].join('')

const PROVIDER = `providers:
  aws:
    provider: aws
    name: AWS acme
    config:
      account: "${ACCOUNT}"
      endpoint: "\${env:AWS_DOUBLE}"
      keys: { access_key_id: "\${env:AWS_KEY}", secret_access_key: "\${env:AWS_SECRET}" }
      session: { role: ThandSession }
`

/** A configuration with `AWS_ROLES`, told of the account. */
export function withAws(yaml: string): string {
  return yaml.replace('providers:\n', PROVIDER).replaceAll(/github: (ann|bob)-acme/g, 'github: $1-acme, aws: $1')
}

/** Ann has nothing; Bob is in the group anyway, and has the managed policy. */
export async function startAcme(): Promise<AwsCloud> {
  const session = { policies: { work: allowing('s3:*', 'sts:GetAccessKeyInfo') } }
  const cloud = await startAwsCloud({
    accounts: {
      [ACCOUNT]: {
        users: { ann: {}, bob: {} },
        groups: { sre: ['bob'] },
        roles: { ThandSession: session },
        policies: { readers: allowing('s3:ListBucket') },
      },
    },
    buckets: { 'acme-reports': { objects: { 'q3.txt': 'up' } } },
  })
  cloud.hands().setAttached('user', 'bob', READERS_POLICY, true)
  return cloud
}

export function envOf({ url, credentials }: AwsCloud): Readonly<Record<string, string>> {
  return { AWS_DOUBLE: url, AWS_KEY: credentials.accessKeyId, AWS_SECRET: credentials.secretAccessKey }
}

/** The status with which S3 answers whoever has this. */
export async function readAs({ url }: AwsCloud, credential: UsableCredential): Promise<number> {
  return (await useCredential(url, credential, '/acme-reports/q3.txt')).status
}

/** The keys of a session, as a device gets them. */
export async function pulledKeys(device: DeviceClient, id: string): Promise<Required<UsableCredential>> {
  const { status, text, body } = await pull(device, id)
  const environment = new Map(Object.entries(body['environment'] ?? {}).map(([name, value]) => [name, String(value)]))
  const [accessKeyId, secretAccessKey, sessionToken] = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
  ].map((name) => environment.get(name))
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined)
    throw new Error(`no credential: ${status} ${text}`)
  return { accessKeyId, secretAccessKey, sessionToken }
}

export const membersOf = ({ state }: AwsCloud) => state.accounts[ACCOUNT]?.groups['sre']?.members ?? []
export const inlineOf = ({ state }: AwsCloud, user: string) =>
  Object.keys(state.accounts[ACCOUNT]?.users[user]?.inline ?? {})
/** The policies that Thand wrote on the role of all sessions. */
export const endingsOf = ({ state }: AwsCloud) =>
  Object.keys(state.accounts[ACCOUNT]?.roles['ThandSession']?.inline ?? {}).filter((name) => name !== 'work')
/** When AWS ends what this user has of the grant, in ms. */
export function endAtAws({ state }: AwsCloud, user: string, grant: string): number {
  const document = state.accounts[ACCOUNT]?.users[user]?.inline[`jit-${grant}`] ?? ''
  return Date.parse(/"aws:CurrentTime":"([^"]+)"/.exec(document)?.[1] ?? '')
}
