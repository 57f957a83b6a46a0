import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault, Observation } from '../../src/ports/provider.ts'
import { type Answered, isAtQuota, refused } from './faults.ts'
import { type AskingIam, anyAnswer, askIam, type ListOf, listIam } from './iam.ts'
import type { AccountCall } from './slot-kind.ts'
import { nameToday, underNameToday } from './subjects.ts'

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

/**
 * Gives the user something, under today's name. IAM does not tell a missing user from what else is missing otherwise than in words, so the user is
 * looked at again: `otherwise` is said only of a user who is still there.
 */
export async function giveUser(
  call: AccountCall,
  subject: Subject,
  { write, otherwise, atQuota }: { readonly write: Write; readonly otherwise: string; readonly atQuota: string },
): Promise<Result<undefined, Fault>> {
  const name = await nameToday(call, subject)
  if (!name.ok) return name
  if (name.value === undefined) return fail(gone)
  const given = await writeAs(call, name.value, write)
  if (given.ok) return ok(undefined)
  if (given.error.kind !== 'missing') return fail(isAtQuota(given.error) ? refused('invalid', atQuota) : given.error)
  const after = await nameToday(call, subject)
  if (!after.ok) return after
  if (after.value === undefined) return fail(gone)
  // Renamed in between: under the new name it is tried again.
  return fail(
    after.value === name.value ? refused('target_unknown', otherwise) : { kind: 'throttled', retryAfterSeconds: 1 },
  )
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
