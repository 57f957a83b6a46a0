import type { RequestId } from './ids.ts'
import type { Person } from './person.ts'
import { isAllowed, isInScope } from './person.ts'
import type { Role, Workflow } from './role.ts'
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
  | { readonly code: 'not_holder' | 'not_active'; readonly id: RequestId }
  /** Not the role that the access was given for any more. */
  | { readonly code: 'other_role_now'; readonly role: string }
  | {
      readonly code: 'extension_over_cap'
      readonly id: RequestId
      readonly leftSeconds: number
      readonly capSeconds: number
    }
  | { readonly code: 'extension_under_minimum'; readonly id: RequestId; readonly minimumSeconds: number }

export type Verdict =
  | { readonly outcome: 'deny'; readonly refusal: Refusal; readonly trace: readonly TraceLine[] }
  | { readonly outcome: 'needs_votes' | 'allow'; readonly trace: readonly TraceLine[] }

export interface TraceLine {
  readonly rule: RuleName
  readonly holds: boolean
}

export type RuleName =
  | 'not_denied'
  | 'allowed'
  | 'enabled'
  | 'within_cap'
  | 'at_least_minimum'
  | 'reason_given'
  | 'reason_matches'
  | 'quorum_reachable'
  | 'own_access'
  | 'access_active'
  | 'same_role'

/** A rule that does not hold says how it refuses. */
export type Rule = readonly [name: RuleName, refusal: Refusal | undefined]

/**
 * What the policy says of a request, and why. The first rule that does not hold denies: deny beats approval, approval beats
 * allow, and no match is a deny. An unseen role answers like an unknown one.
 */
export function decide(role: Role | undefined, asking: Asking, people: readonly Person[]): Verdict {
  if (role === undefined) return { outcome: 'deny', refusal: { code: 'role_unknown' }, trace: [] }
  return verdictOf(role.workflow, [
    ...eligibilityRules(role, asking.requester),
    ...durationRules(role, asking.durationSeconds),
    ...reasonRules(role, asking),
    quorumRule(role, asking.requester, people),
  ])
}

/** The trace has every rule, also those after the first that does not hold. */
export function verdictOf(workflow: Workflow | undefined, rules: readonly Rule[]): Verdict {
  const trace = rules.map(([rule, refused]) => ({ rule, holds: refused === undefined }))
  const [, refusal] = rules.find(([, refused]) => refused !== undefined) ?? []
  if (refusal !== undefined) return { outcome: 'deny', refusal, trace }
  return { outcome: workflow === undefined ? 'allow' : 'needs_votes', trace }
}

export function unless(holds: boolean, refusal: Refusal): Refusal | undefined {
  return holds ? undefined : refusal
}

export function eligibilityRules({ scopes, isEnabled }: Role, requester: Person): readonly Rule[] {
  return [
    ['not_denied', unless(!isInScope(requester, scopes.deny), { code: 'role_unknown' })],
    ['allowed', unless(isAllowed(requester, scopes), { code: 'role_unknown' })],
    ['enabled', unless(isEnabled, { code: 'role_disabled' })],
  ]
}

function durationRules(
  { maxDurationSeconds: capSeconds, minDurationSeconds: minimumSeconds }: Role,
  seconds: number,
): readonly Rule[] {
  return [
    ['within_cap', unless(seconds <= capSeconds, { code: 'duration_over_cap', capSeconds })],
    ['at_least_minimum', unless(seconds >= minimumSeconds, { code: 'duration_under_minimum', minimumSeconds })],
  ]
}

export function reasonRules(
  { reason: { isRequired, pattern } }: Role,
  { reason, reasonMatches }: Pick<Asking, 'reason' | 'reasonMatches'>,
): readonly Rule[] {
  return [
    ['reason_given', unless(!isRequired || reason !== '', { code: 'reason_required' })],
    ['reason_matches', unless(reason === '' || reasonMatches, { code: 'reason_not_matching', pattern })],
  ]
}

export function quorumRule({ workflow }: Role, requester: Person, people: readonly Person[]): Rule {
  const isReachable = workflow === undefined || canReachQuorum(workflow, people, requester.id)
  return ['quorum_reachable', unless(isReachable, { code: 'no_quorum' })]
}
