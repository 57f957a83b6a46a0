import type { Card } from '../cards/card.ts'
import { homeCard, type Listed } from '../cards/home-card.ts'
import type { RequestId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Answer } from '../ports/chat.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Acting } from './context.ts'
import type { Deps } from './deps.ts'
import { waitingFor } from './look.ts'
import { viewRequest } from './view-request.ts'

const HELD_MAX = 8
const WAITING_MAX = 8
const ASKED_MAX = 5
const RECENT_MAX = 5
const LOOKED_AT_MAX = 100

/** Somebody looks at their page: it is shown by whoever shows it when something changes, so that the newest is the last. */
export function openHome({ store }: Deps, { inbound, person }: Acting): Promise<Answer> {
  const { platform, account } = inbound.sender
  return store.transact(async (tx) => {
    await tx.homes.open({ platform, person: person.id, account })
    await tx.nudge()
    return { kind: 'nothing' }
  })
}

type Viewing = Pick<Deps, 'settings' | 'providers'>

export async function viewHome(tx: Tx, deps: Viewing, person: Person): Promise<Card> {
  const mine = await tx.requests.ofPerson(person.id, LOOKED_AT_MAX)
  const openIds = new Set<RequestId>((await tx.grants.openOf(person.id)).map((grant) => grant.id))
  const held = await Promise.all([...openIds].map((id) => tx.requests.find(id)))
  const isPending = (request: StoredRequest) => request.state === 'pending'
  const lists = {
    holds: held.filter((request) => request !== undefined),
    waits: await waitingFor(tx, deps, person),
    asked: mine.filter(isPending),
    recent: mine.filter((request) => !isPending(request) && !openIds.has(request.id)),
  }
  return homeCard({
    holds: await listed(tx, deps, lists.holds, HELD_MAX),
    waits: await listed(tx, deps, lists.waits, WAITING_MAX),
    asked: await listed(tx, deps, lists.asked, ASKED_MAX),
    recent: { ...(await listed(tx, deps, lists.recent, RECENT_MAX)), more: 0 },
    at: tx.now,
  })
}

async function listed(tx: Tx, deps: Viewing, requests: readonly StoredRequest[], most: number): Promise<Listed> {
  const views = []
  for (const request of requests.slice(0, most)) views.push(await viewRequest(tx, deps, request))
  return { views, more: Math.max(0, requests.length - most) }
}
