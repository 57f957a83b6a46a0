import type { GrantState } from './grant-state.ts'
import type { PersonId, RequestId } from './ids.ts'
import type { Person } from './person.ts'
import {
  type Asking,
  eligibilityRules,
  quorumRule,
  type Rule,
  reasonRules,
  unless,
  type Verdict,
  verdictOf,
} from './policy.ts'
import type { Role } from './role.ts'

/** What the policy needs to know of access that may last longer. Times are in ms by the database's clock. */
export interface Extendable {
  readonly id: RequestId
  readonly holder: PersonId
  readonly state: GrantState
  readonly startedAt: number | undefined
  readonly expiresAt: number | undefined
  /** Key and hash of the role that it was given for. */
  readonly role: Pick<Role, 'key' | 'hash'>
}

/**
 * Whether access may last longer: the rules of asking, with what is left of the role's longest duration in place of the
 * duration's cap. `role` is today's. What the asker may not see is not for this function to say.
 */
export function decideExtension(
  role: Role | undefined,
  { access, asking, now }: { readonly access: Extendable; readonly asking: Asking; readonly now: number },
  people: readonly Person[],
): Verdict {
  const { id } = access
  const own: Rule = ['own_access', unless(access.holder === asking.requester.id, { code: 'not_holder', id })]
  const active: Rule = ['access_active', unless(isRunning(access, now), { code: 'not_active', id })]
  const isSame = role?.hash === access.role.hash
  const same: Rule = ['same_role', unless(isSame, { code: 'other_role_now', role: access.role.key })]
  if (role === undefined) return verdictOf(undefined, [own, active, same])
  return verdictOf(role.workflow, [
    own,
    active,
    same,
    ...eligibilityRules(role, asking.requester),
    ...lengthRules(role, access, asking.durationSeconds),
    ...reasonRules(role, asking),
    quorumRule(role, asking.requester, people),
  ])
}

/** Seconds that the role leaves between the end of this access and the longest that it may last; never below 0. */
export function secondsLeft(
  { maxDurationSeconds }: Pick<Role, 'maxDurationSeconds'>,
  { startedAt, expiresAt }: Pick<Extendable, 'startedAt' | 'expiresAt'>,
): number {
  if (startedAt === undefined || expiresAt === undefined) return 0
  return Math.max(0, Math.floor((startedAt - expiresAt) / 1000 + maxDurationSeconds))
}

export function isRunning({ state, expiresAt }: Pick<Extendable, 'state' | 'expiresAt'>, now: number): boolean {
  return state === 'active' && expiresAt !== undefined && expiresAt > now
}

function lengthRules(role: Role, access: Extendable, seconds: number): readonly Rule[] {
  const { id } = access
  const { maxDurationSeconds: capSeconds, minDurationSeconds: minimumSeconds } = role
  const left = secondsLeft(role, access)
  const leftSeconds = left < minimumSeconds ? 0 : left
  return [
    ['within_cap', unless(seconds <= leftSeconds, { code: 'extension_over_cap', id, leftSeconds, capSeconds })],
    ['at_least_minimum', unless(seconds >= minimumSeconds, { code: 'extension_under_minimum', id, minimumSeconds })],
  ]
}
