import type { PersonId } from './ids.ts'
import { isEligible, type Person } from './person.ts'
import type { Role } from './role.ts'
import { standingVotes, tally, type Vote } from './tally.ts'

/** Why what was asked for, or approved, would not be today. */
export type NotToday = 'role_changed' | 'requester_gone' | 'not_eligible' | 'approver_gone'

export interface Today {
  readonly roles: readonly Role[]
  readonly people: readonly Person[]
}

interface CastVote extends Vote {
  readonly platform: string
  readonly account: string
}

/** Whether the asking holds by today's configuration: the same role, and somebody who may ask for it. */
export function whyNotAsked(
  { role, requester }: { readonly role: Role; readonly requester: PersonId },
  { roles, people }: Today,
): Exclude<NotToday, 'approver_gone'> | undefined {
  const person = people.find((each) => each.id === requester)
  if (person === undefined) return 'requester_gone'
  if (roles.find((each) => each.key === role.key)?.hash !== role.hash) return 'role_changed'
  return isEligible(person, role.scopes) ? undefined : 'not_eligible'
}

/** Whether an approval holds as well: without those who are gone, the votes that count today are enough. */
export function whyNotApproved(
  approved: { readonly role: Role; readonly requester: PersonId; readonly votes: readonly CastVote[] },
  today: Today & { readonly gone: ReadonlySet<PersonId> },
): NotToday | undefined {
  const { role, requester, votes } = approved
  if (today.gone.has(requester)) return 'requester_gone'
  const why = whyNotAsked(approved, today)
  if (why !== undefined || role.workflow === undefined) return why
  const counted = votesToday(role, votes, today.people).filter((vote) => !today.gone.has(vote.person))
  return tally(role.workflow, counted).outcome === 'approved' ? undefined : 'approver_gone'
}

/** By people who may still decide their stage, through the account that the configuration names where it names one. */
export function votesToday<V extends CastVote>(
  { workflow }: Role,
  votes: readonly V[],
  people: readonly Person[],
): readonly V[] {
  if (workflow === undefined) return votes
  return standingVotes(workflow, votes, people).filter(({ person, platform, account }) => {
    const named = people.find((each) => each.id === person)?.accounts[platform]?.login
    return named === undefined || named === account
  })
}
