import { setTimeout as pause } from 'node:timers/promises'
import type { DeviceClient } from '../test/support/device-client.ts'
import { AWS_PEOPLE, type AwsStage, awsUser, CALL_MS, pulled, roleOf } from './aws-stage.ts'
import type { Child } from './child.ts'
import { type Spread, spreadOf } from './spread.ts'

/** Many grants that end in the same second. */
export interface MassFigures {
  readonly what: 'sessions' | 'members'
  readonly replicas: number
  /** From the end of a grant until `revoked` is said of it. */
  readonly revoked: Spread
  /** To AWS, from the end on, of all grants together. */
  readonly calls: number
  readonly writes: number
}

interface Mass {
  readonly count: number
  readonly replicas: number
}

const AT_ONCE = 8
/** What asking for one and taking its keys is given at most, and the beginning. */
const EACH_MS = 250
const BEFORE_MS = 40_000
const LONGEST_MS = 10 * 60_000

/** Sessions whose keys somebody has: AWS itself ends them, and Thand says so when AWS refused them. */
export async function measureSessions(aws: AwsStage, { count, replicas }: Mass): Promise<MassFigures> {
  const children = await launched(aws, replicas)
  const devices: DeviceClient[] = []
  for (let n = 0; n < Math.min(count, AWS_PEOPLE); n++) devices.push(await aws.deviceOf(of(children, n), n))
  // Every grant is asked for so many whole seconds that it ends in the second after this moment.
  const endsAt = Date.now() + BEFORE_MS + count * EACH_MS
  await together(count, async (n) => {
    const seconds = Math.ceil((endsAt - Date.now()) / 1000)
    if (seconds < 2) throw new Error('the sessions took too long to be asked for')
    const id = await askedInChat(aws, of(children, n), `request ${roleOf('session', n)} ${seconds}s`, n)
    await pulled(of(devices, n), id)
  })
  return ended(aws, { what: 'sessions', count, replicas, endsAt })
}

/** Memberships in groups, which only Thand ends. */
export async function measureMembers(aws: AwsStage, { count, replicas }: Mass): Promise<MassFigures> {
  const children = await launched(aws, replicas)
  await together(count, (n) => askedInChat(aws, of(children, n), `request ${roleOf('member', n)} 1h`, n))
  await until('all members', async () => (await countIn(aws, 'active')) === count)
  const endsAt = Date.now() + 5000
  await aws.sql`update access_grant set expires_at = ${new Date(endsAt)}`
  return ended(aws, { what: 'members', count, replicas, endsAt })
}

async function ended(
  aws: AwsStage,
  { what, count, replicas, endsAt }: Mass & { readonly what: MassFigures['what']; readonly endsAt: number },
): Promise<MassFigures> {
  const active = await countIn(aws, 'active')
  if (active !== count) throw new Error(`${active} of ${count} grants were active before their end`)
  aws.slowDown(CALL_MS)
  const calls = aws.cloud.journal.length
  await pause(Math.max(0, endsAt - Date.now()))
  await until('all to be over', async () => (await countIn(aws, 'revoked')) === count)
  const late =
    await aws.sql`select (extract(epoch from revoked_at - expires_at) * 1000)::float8 as ms from access_grant`
  const made = aws.cloud.journal.slice(calls)
  return {
    ...{ what, replicas, calls: made.length },
    revoked: spreadOf(late.map(({ ms }) => Number(ms))),
    writes: made.filter(({ operation }) => /^(?:Put|Delete|Remove)/.test(operation)).length,
  }
}

async function launched({ stage }: AwsStage, replicas: number): Promise<readonly Child[]> {
  const children: Child[] = []
  for (let n = 0; n < replicas; n++) children.push(await stage.launch())
  return children
}

async function askedInChat({ stage, sql }: AwsStage, child: Child, line: string, n: number): Promise<string> {
  const reason = `because of the bench, ${n}`
  const { status, text } = await stage.clientOf(child).command(awsUser(n), `${line} ${reason}`)
  // A server that is busy answers later and elsewhere: the database says which one it is.
  for (let tries = 0; status === 200 && tries < 300; tries++) {
    const [row] = await sql`select id from request where reason = ${reason}`
    if (row !== undefined) return String(row['id'])
    await pause(100)
  }
  throw new Error(`asking was answered ${status} ${text}`)
}

async function countIn({ sql }: AwsStage, state: string): Promise<number> {
  const [row] = await sql`select count(*)::int as count from access_grant where state = ${state}`
  return Number(row?.['count'])
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const began = performance.now(); performance.now() - began < LONGEST_MS; await pause(200))
    if (await isSo()) return
  throw new Error(`waited ${LONGEST_MS} ms for ${what}`)
}

/** Some at a time. */
async function together(count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const hand = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, hand))
}

function of<T>(many: readonly T[], n: number): T {
  const one = many[n % many.length]
  if (one === undefined) throw new Error('there is none')
  return one
}
