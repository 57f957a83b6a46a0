import { setTimeout as pause } from 'node:timers/promises'
import { type MassFigures, measureMembers, measureSessions } from './aws-mass.ts'
import { type AwsStage, asked, CALL_MS, pulled, roleOf, setAwsStage } from './aws-stage.ts'
import type { Child } from './child.ts'
import { followingOf } from './following.ts'
import { type Spread, spreadOf } from './spread.ts'
import { residentMegabytes } from './starts.ts'

export interface FirstUse {
  /** At AWS, of each call. */
  readonly callMs: number
  /** From the answer to a request that needs nobody’s approval to its session keys on a device. */
  readonly usable: Spread
  /** The asking for keys of an access that is active. */
  readonly pull: Spread
  /** Of calls to AWS that follow each other. */
  readonly steps: number
}

export interface AwsFigures {
  readonly firstUses: readonly FirstUse[]
  readonly mass: readonly MassFigures[]
  readonly idleMegabytes: number
  readonly withoutMegabytes: number
  /** After the first session. */
  readonly usedMegabytes: number
}

export interface AwsSizes {
  readonly uses: number
  /** Each of its own person: their logins are let through thirty a minute. */
  readonly sessions: number
  readonly members: number
  readonly replicas: readonly number[]
  readonly idleMs: number
}

export async function measureAws(
  postgresUrl: string,
  { sizes, withoutMegabytes, tell }: AwsOptions,
): Promise<AwsFigures> {
  tell('AWS: memory, and the first use of a session')
  const used = await on(postgresUrl, (aws) => measureUse(aws, sizes))
  const mass: MassFigures[] = []
  for (const replicas of sizes.replicas)
    for (const [measure, count] of [
      [measureSessions, sizes.sessions],
      [measureMembers, sizes.members],
    ] as const) {
      tell(`AWS: ${measure.name}, ${count} at ${replicas}`)
      mass.push(await on(postgresUrl, (aws) => measure(aws, { count, replicas })))
    }
  return { ...used, mass, withoutMegabytes }
}

interface AwsOptions {
  readonly sizes: AwsSizes
  readonly withoutMegabytes: number
  readonly tell: (what: string) => void
}

async function on<T>(postgresUrl: string, measure: (aws: AwsStage) => Promise<T>): Promise<T> {
  const aws = await setAwsStage(postgresUrl)
  try {
    return await measure(aws)
  } finally {
    await aws.close()
  }
}

async function measureUse(aws: AwsStage, { uses, idleMs }: AwsSizes) {
  const child = await aws.stage.launch()
  await pause(idleMs)
  const idleMegabytes = await residentMegabytes(child)
  if (aws.cloud.journal.length > 0) throw new Error('AWS was called before anybody asked for it')
  const firstUses: FirstUse[] = []
  for (const [nth, callMs] of [0, CALL_MS].entries()) {
    aws.slowDown(0)
    // Another half of the people: nobody has the role yet. The first use loads the SDK, and is not counted.
    const first = nth * 50
    await use(aws, { child, person: first, callMs: 0 })
    aws.slowDown(callMs)
    const each: Use[] = []
    for (let n = 1; n <= uses; n++) each.push(await use(aws, { child, person: first + n, callMs }))
    firstUses.push({
      callMs,
      usable: spreadOf(each.map(({ usableMs }) => usableMs)),
      pull: spreadOf(each.map(({ pullMs }) => pullMs)),
      steps: spreadOf(each.map(({ steps }) => steps)).p50,
    })
  }
  aws.slowDown(0)
  await pause(idleMs)
  return { firstUses, idleMegabytes, usedMegabytes: await residentMegabytes(child) }
}

interface Use {
  readonly usableMs: number
  readonly pullMs: number
  readonly steps: number
}

async function use(
  aws: AwsStage,
  { child, person, callMs }: { readonly child: Child; readonly person: number; readonly callMs: number },
): Promise<Use> {
  const device = await aws.deviceOf(child, person)
  const calls = aws.cloud.journal.length
  const id = await asked(device, `${roleOf('session', 0)} 30m because of the bench`)
  const answered = performance.now()
  const pullMs = await pulled(device, id)
  return {
    usableMs: performance.now() - answered,
    pullMs,
    steps: callMs === 0 ? 0 : followingOf(aws.cloud.journal.slice(calls), callMs),
  }
}
