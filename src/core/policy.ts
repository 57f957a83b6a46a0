import type { Person } from './person.ts'
import { isInScope } from './person.ts'
import type { Role } from './role.ts'
import { canReachQuorum } from './tally.ts'

export interface Asking {
  readonly requester: Person
  readonly durationSeconds: number
  readonly reason: string
  readonly reasonMatches: boolean
}

export type Refusal =
  /** `nearest`: the key of a role that this person may see. */
  | { readonly code: 'role_unknown'; readonly nearest?: string }
  | { readonly code: 'role_disabled' }
  | { readonly code: 'duration_over_cap'; readonly capSeconds: number }
  | { readonly code: 'duration_under_minimum'; readonly minimumSeconds: number }
  | { readonly code: 'reason_required' }
  | { readonly code: 'reason_not_matching'; readonly pattern: string }
  | { readonly code: 'no_quorum' }
  | { readonly code: 'no_account'; readonly provider: string }

export type Verdict =
  | { readonly outcome: 'deny'; readonly refusal: Refusal; readonly trace: readonly TraceLine[] }
  | { readonly outcome: 'needs_votes' | 'allow'; readonly trace: readonly TraceLine[] }

export interface TraceLine {
  readonly rule: string
  readonly holds: boolean
}

/**
 * What the policy says of a request, and why. Every rule is looked at in this order and the first that does not hold
 * denies: deny beats approval, approval beats allow, and no match is a deny. An unseen role answers like an unknown one.
 */
export function decide(role: Role | undefined, asking: Asking, people: readonly Person[]): Verdict {
  if (role === undefined) return refused({ code: 'role_unknown' }, [])
  const trace: TraceLine[] = []
  for (const [rule, refusal] of rulesFor(role, asking, people)) {
    trace.push({ rule, holds: refusal === undefined })
    if (refusal !== undefined) return refused(refusal, trace)
  }
  return { outcome: role.workflow === undefined ? 'allow' : 'needs_votes', trace }
}

function refused(refusal: Refusal, trace: readonly TraceLine[]): Verdict {
  return { outcome: 'deny', refusal, trace }
}

type Rule = readonly [name: string, refusal: Refusal | undefined]

function rulesFor(role: Role, asking: Asking, people: readonly Person[]): readonly Rule[] {
  const { requester, durationSeconds, reason } = asking
  const unless = (holds: boolean, refusal: Refusal) => (holds ? undefined : refusal)
  const { workflow } = role
  return [
    ['nobody denies it to this person', unless(!isInScope(requester, role.scopes.deny), { code: 'role_unknown' })],
    ['it is allowed to this person', unless(isInScope(requester, role.scopes.allow), { code: 'role_unknown' })],
    ['the role is enabled', unless(role.isEnabled, { code: 'role_disabled' })],
    [
      'the duration is within the cap',
      unless(durationSeconds <= role.maxDurationSeconds, {
        code: 'duration_over_cap',
        capSeconds: role.maxDurationSeconds,
      }),
    ],
    [
      'the duration is at least the minimum',
      unless(durationSeconds >= role.minDurationSeconds, {
        code: 'duration_under_minimum',
        minimumSeconds: role.minDurationSeconds,
      }),
    ],
    [
      'a reason is given where one is required',
      unless(!role.reason.isRequired || reason !== '', { code: 'reason_required' }),
    ],
    [
      'the reason matches',
      unless(reason === '' || asking.reasonMatches, { code: 'reason_not_matching', pattern: role.reason.pattern }),
    ],
    [
      'there are enough people who may decide',
      unless(workflow === undefined || canReachQuorum(workflow, people, requester.id), { code: 'no_quorum' }),
    ],
  ]
}
