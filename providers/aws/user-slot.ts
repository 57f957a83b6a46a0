import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault, Observation } from '../../src/ports/provider.ts'
import { refused } from '../common/faults.ts'
import { type Answered, isAtQuota, isDenied } from './faults.ts'
import { type AskingIam, anyAnswer, askIam, type ListOf, listIam } from './iam.ts'
import type { AccountCall } from './slot-kind.ts'
import { hasBoundary, nameToday, underNameToday } from './subjects.ts'

/**
 * Whether the user has it, by the list of all that they have: so an absence is said by the same answer that shows the user. Of a user who is gone it
 * is said too, for whoever sees the account and no user of that id.
 */
export async function observeAmong(
  call: AccountCall,
  subject: Subject,
  { level, isIt, listOf }: { level: string; isIt: (name: string) => boolean; listOf: (user: string) => ListOf<string> },
): Promise<Result<Observation, Fault>> {
  const held = await underNameToday(call, subject, (name) => listIam(call, listOf(name)))
  if (!held.ok) return held
  return ok({ kind: 'at', level: held.value?.some(isIt) ? level : 'absent' })
}

export type Write = (asking: AskingIam, name: string) => Promise<unknown>

export interface Gift {
  readonly write: Write
  /** What to say of a user who is still there, where something else is missing: IAM tells the two apart in words only. */
  readonly otherwise: string
  readonly atQuota: string
  /** What to say where we may not, and the user has no permissions boundary. */
  readonly unbounded?: string
}

/** Gives the user something, under today's name. */
export async function giveUser(
  call: AccountCall,
  subject: Subject,
  { write, otherwise, atQuota, unbounded }: Gift,
): Promise<Result<undefined, Fault>> {
  const name = await nameToday(call, subject)
  if (!name.ok) return name
  if (name.value === undefined) return fail(gone)
  const given = await writeAs(call, name.value, write)
  if (given.ok) return ok(undefined)
  if (given.error.kind !== 'missing') {
    if (isAtQuota(given.error)) return fail(refused('invalid', atQuota))
    const isUnbounded = unbounded !== undefined && isDenied(given.error) && (await lacksBoundary(call, name.value))
    return fail(isUnbounded ? refused('invalid', unbounded) : given.error)
  }
  const after = await nameToday(call, subject)
  if (!after.ok) return after
  if (after.value === undefined) return fail(gone)
  // Renamed in between: under the new name it is tried again.
  return fail(
    after.value === name.value ? refused('target_unknown', otherwise) : { kind: 'throttled', retryAfterSeconds: 1 },
  )
}

async function lacksBoundary(call: AccountCall, name: string): Promise<boolean> {
  const found = await hasBoundary(call, name)
  return found.ok && !found.value
}

/** What is not there any more is taken: whether it is, the next read says. */
export async function takeFromUser(
  call: AccountCall,
  subject: Subject,
  write: Write,
): Promise<Result<undefined, Fault>> {
  const name = await nameToday(call, subject)
  if (!name.ok) return name
  if (name.value === undefined) return ok(undefined)
  const taken = await writeAs(call, name.value, write)
  return taken.ok || taken.error.kind === 'missing' ? ok(undefined) : fail(taken.error)
}

function writeAs(call: AccountCall, name: string, write: Write): Promise<Answered<unknown>> {
  return askIam(call, anyAnswer, (asking) => write(asking, name))
}

const gone = refused('subject_unknown', 'the user is gone')
