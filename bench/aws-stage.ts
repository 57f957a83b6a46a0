import { setTimeout as pause } from 'node:timers/promises'
import postgres from 'postgres'
import { type AwsCloud, startAwsCloud } from '../test/doubles/aws/cloud.ts'
import { allowing } from '../test/doubles/aws/documents.ts'
import { ACCOUNT, REPORTS } from '../test/support/aws-account.ts'
import { pull } from '../test/support/credential-stage.ts'
import type { DeviceClient } from '../test/support/device-client.ts'
import { givenDevice } from '../test/support/logged-in.ts'
import type { Child } from './child.ts'
import { type Stage, setStage, userOf } from './stage.ts'

/** At AWS, of each call, where it is slow. */
export const CALL_MS = 200
/** AWS lets a user be in ten groups, so a thousand memberships are of a hundred people. */
export const AWS_PEOPLE = 100
const SAME_OF_EACH = 10

export interface AwsStage {
  readonly cloud: AwsCloud
  readonly stage: Stage
  readonly sql: postgres.Sql
  /** From now on a call to AWS takes so long. */
  slowDown(callMs: number): void
  deviceOf(child: Child, person: number): Promise<DeviceClient>
  close(): Promise<void>
}

export const awsUser = (n: number) => userOf(n, AWS_PEOPLE)
/** The n-th of many: of each person one after the other, so that nobody asks twice for the same. */
export const roleOf = (kind: 'session' | 'member', n: number) =>
  `aws:${kind}-${Math.floor(n / AWS_PEOPLE) % SAME_OF_EACH}`

export async function setAwsStage(postgresUrl: string): Promise<AwsStage> {
  const people = Array.from({ length: AWS_PEOPLE }, (_, n) => `p${n}`)
  const numbers = Array.from({ length: SAME_OF_EACH }, (_, n) => n)
  const cloud = await startAwsCloud({
    accounts: {
      [ACCOUNT]: {
        users: Object.fromEntries(people.map((name) => [name, {}])),
        groups: Object.fromEntries(numbers.map((n) => [`group-${n}`, []])),
        roles: { ThandSession: { policies: { work: allowing('s3:*', 'sts:GetAccessKeyInfo') } } },
      },
    },
  })
  const roles = numbers.map(rolesOf).join('')
  const stage = await setStage('PostgreSQL', postgresUrl, {
    people: AWS_PEOPLE,
    aws: { cloud, provider: PROVIDER, roles },
  })
  const sql = postgres(stage.databaseUrl ?? '', { max: 1, onnotice: () => undefined })
  return {
    ...{ cloud, stage, sql },
    slowDown(callMs) {
      cloud.faults.clear()
      if (callMs > 0) cloud.faults.next({}, { kind: 'delay', ms: callMs }, Number.MAX_SAFE_INTEGER)
    },
    deviceOf: (child, person) =>
      loggedIn(() => givenDevice({ client: stage.clientOf(child), server: child }, awsUser(person))),
    async close() {
      await stage.close()
      await Promise.all([cloud.close(), sql.end()])
      if (cloud.problems.length > 0) throw new Error(`calls that AWS does not know: ${cloud.problems[0]}`)
    },
  }
}

/** So many logins a minute are let through for each address, and all of ours come from one: then it is asked again. */
async function loggedIn(logIn: () => Promise<DeviceClient>): Promise<DeviceClient> {
  for (let tries = 1; ; tries++) {
    try {
      return await logIn()
    } catch (error) {
      if (tries === 60 || !/429/.test(String(error))) throw error
      await pause(5000)
    }
  }
}

export async function asked(device: DeviceClient, line: string): Promise<string> {
  const { status, text } = await device.say(`request ${line}`)
  const id = /req_[0-9a-z]{8}/.exec(text)?.[0]
  if (status !== 200 || id === undefined) throw new Error(`asking was answered ${status} ${text}`)
  return id
}

/** As soon as the access is active; answers how long the pull took that brought the keys. */
export async function pulled(device: DeviceClient, id: string, tries = 500): Promise<number> {
  for (let n = 1; ; n++) {
    const began = performance.now()
    const answer = await pull(device, id)
    if (answer.status === 200 && /AWS_SESSION_TOKEN/.test(answer.text)) return performance.now() - began
    if (n === tries) throw new Error(`no keys: ${answer.status} ${answer.text}`)
    // So many a minute are let through for each address, and all of ours come from one.
    await pause(answer.status === 429 ? 2000 : 10)
  }
}

const PROVIDER = `  aws:
    provider: aws
    name: AWS acme
    config:
      account: "${ACCOUNT}"
      endpoint: "\${env:AWS_DOUBLE}"
      keys: { access_key_id: "\${env:AWS_KEY}", secret_access_key: "\${env:AWS_SECRET}" }
      session: { role: ThandSession }
`

function rolesOf(n: number): string {
  const asked = `    scopes: { allow: { groups: [platform] } }
    approval: none
    max_duration: 4h
`
  return `  session-${n}:
    name: Reports ${n}
    providers: [aws]
    permissions: { allow: [{ operations: ["s3:GetObject"], targets: ["${REPORTS}"] }] }
${asked}  member-${n}:
    name: Member ${n}
    providers: [aws]
    permissions: { allow: [{ operations: ["group:member"], targets: [group-${n}] }] }
${asked}`
}
