import type { PersonId, RequestId } from '../core/ids.ts'
import type { Standing, WhyGone } from '../ports/directory.ts'
import type { StoredRequest, StoredVote } from '../ports/store/requests.ts'
import type { Deps } from './deps.ts'

/** What the directory said of people before a transaction, in which nothing outside may be asked. */
export type Standings = ReadonlyMap<PersonId, Standing>

/** Of who asked and of everybody whose yes stands, as far as `state` is the request's. */
export async function askStandings(
  { store, directory }: Pick<Deps, 'store' | 'directory'>,
  id: RequestId,
  state: StoredRequest['state'],
): Promise<Standings> {
  const people = await store.transact(async (tx) => {
    const request = await tx.requests.find(id)
    return request?.state === state ? peopleBehind(request, await tx.requests.votes(id)) : []
  })
  return new Map(await Promise.all(people.map(async (person) => [person, await directory.standingOf(person)] as const)))
}

/** Whom a request rests on. */
export function peopleBehind({ requester }: StoredRequest, votes: readonly StoredVote[]): readonly PersonId[] {
  return [requester, ...votes.filter((vote) => vote.value === 'yes').map((vote) => vote.person)]
}

export function isUnsure(standings: Standings): boolean {
  return [...standings.values()].some((standing) => standing.kind === 'unsure')
}

export function whyGone(standings: Standings, person: PersonId): WhyGone | undefined {
  const standing = standings.get(person)
  return standing?.kind === 'gone' ? standing.why : undefined
}

export function goneOf(standings: Standings): ReadonlySet<PersonId> {
  return new Set([...standings].flatMap(([person, { kind }]) => (kind === 'gone' ? [person] : [])))
}
