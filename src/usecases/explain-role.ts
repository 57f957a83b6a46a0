import type { Card } from '../cards/card.ts'
import { explainCard } from '../cards/explain-card.ts'
import type { Refusal } from '../core/codes.ts'
import { isEligible, isListed } from '../core/person.ts'
import { decide } from '../core/policy.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { accountAt } from '../core/settings.ts'
import type { Acting } from './context.ts'
import type { Deps } from './deps.ts'
import { unseen } from './submit-request.ts'

export interface Explained {
  readonly role: string
  readonly durationSeconds?: number
}

/** What asking would lead to, by the same policy; nothing is written. A reason is taken as given: it is not asked for yet. */
export function explainRole(deps: Deps, acting: Acting, asked: Explained): Result<Card, Refusal> {
  const { settings } = deps
  const { person } = acting
  const role = settings.roles.find((each) => each.key === asked.role)
  if (role === undefined || !isEligible(person, role.scopes)) return fail(unseen(deps, acting, asked.role))
  const durationSeconds = asked.durationSeconds ?? role.defaultDurationSeconds
  const asking = { requester: person, durationSeconds, reason: '<why>', reasonMatches: true }
  const verdict = decide(role, asking, settings.people)
  const account = accountAt(settings, person, role.provider)
  const stages = (role.workflow?.stages ?? []).map(({ approvers, quorum }) => ({
    quorum,
    names: settings.people.filter((each) => each.id !== person.id && isListed(each, approvers)).map(({ name }) => name),
  }))
  return ok(explainCard({ role, durationSeconds, verdict, account: account?.login, stages }))
}
