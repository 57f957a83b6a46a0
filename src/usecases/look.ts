import { rolesCard } from '../cards/answer-cards.ts'
import type { Card } from '../cards/card.ts'
import { mineCard, pendingCard } from '../cards/list-cards.ts'
import { isEligible, type Person } from '../core/person.ts'
import type { Role } from '../core/role.ts'
import type { Settings } from '../core/settings.ts'
import { votesToday } from '../core/still-holds.ts'
import { mayDecide, stageFor } from '../core/tally.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { viewRequest } from './view-request.ts'

const SHOWN_MAX = 20

/** What a person may ask for: a role that one may not see answers like one that does not exist. */
export function rolesFor(settings: Settings, person: Person): readonly Role[] {
  return settings.roles.filter((role) => role.isEnabled && isEligible(person, role.scopes))
}

/** What has all these words in it, of what this person may ask for: what begins with the first of them comes first. */
export function searchRoles(settings: Settings, person: Person, typed: string): readonly Role[] {
  const words = typed.toLowerCase().trim().split(/\s+/)
  const textOf = ({ key, name, providerName, description }: Role) =>
    `${key} ${name} ${providerName} ${description}`.toLowerCase()
  const found = rolesFor(settings, person).filter((role) => words.every((word) => textOf(role).includes(word)))
  const isNear = (role: Role) => [role.key, role.name].some((each) => each.toLowerCase().startsWith(words[0] ?? ''))
  return [...found.filter(isNear), ...found.filter((role) => !isNear(role))]
}

export function showRoles({ settings }: Deps, person: Person, filter: string): Card {
  const found = searchRoles(settings, person, filter)
  return rolesCard(found.map((role) => ({ ...role, capSeconds: role.maxDurationSeconds })))
}

export function showMine(deps: Deps, person: Person): Promise<Card> {
  return deps.store.transact(async (tx) => {
    const views = []
    for (const request of await tx.requests.ofPerson(person.id, SHOWN_MAX))
      views.push(await viewRequest(tx, deps, request))
    return mineCard(views, tx.now)
  })
}

export function showPending(deps: Deps, person: Person): Promise<Card> {
  return deps.store.transact(async (tx) => {
    const views = []
    for (const request of (await waitingFor(tx, deps, person)).slice(0, SHOWN_MAX))
      views.push(await viewRequest(tx, deps, request))
    return pendingCard(views, tx.now)
  })
}

/** What this person may decide and has not, the oldest first. */
export async function waitingFor(
  tx: Tx,
  { settings }: Pick<Deps, 'settings'>,
  person: Person,
): Promise<readonly StoredRequest[]> {
  const found: StoredRequest[] = []
  for (const request of await tx.requests.pending()) {
    const { workflow } = request.role
    if (workflow === undefined || !mayDecide(workflow, person, request.requester)) continue
    const votes = votesToday(request.role, await tx.requests.votes(request.id), settings.people)
    const waits = stageFor(workflow, votes, { person, requester: request.requester }) !== undefined
    const hasVoted = votes.some((vote) => vote.person === person.id && vote.value === 'yes')
    if (waits && !hasVoted) found.push(request)
  }
  return found
}
