import type { RequestView } from '../cards/request-view.ts'
import { parseRequestId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Role } from '../core/role.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { viewRequest } from './view-request.ts'

type Looking = Pick<Deps, 'store' | 'settings' | 'providers'>

/** A request and what became of it, as its requester's devices see it. */
export interface SessionView {
  readonly view: RequestView
  /** As it was asked for. */
  readonly role: Role
  /** What it gives, in words. */
  readonly targets: readonly string[]
}

const RECENT_MAX = 100

/** What is open, and with `all` what has ended; the newest first. */
export function listSessions(
  deps: Looking,
  person: Person,
  { all }: { readonly all: boolean },
): Promise<readonly SessionView[]> {
  return deps.store.transact(async (tx) => {
    const asked = await tx.requests.ofPerson(person.id, RECENT_MAX)
    // More time is no session of its own: the session that it extends says until when.
    const recent = asked.filter((request) => request.extension === undefined)
    const held = new Set((await tx.grants.openOf(person.id)).map((grant) => grant.id))
    const sessions: SessionView[] = []
    for (const request of recent)
      if (all || request.state === 'pending' || held.has(request.id)) sessions.push(await sessionOf(tx, deps, request))
    const seen = new Set(recent.map((request) => request.id))
    for (const id of held) {
      const request = seen.has(id) ? undefined : await tx.requests.find(id)
      if (request !== undefined) sessions.push(await sessionOf(tx, deps, request))
    }
    return sessions
  })
}

/** Undefined also for what belongs to somebody else. */
export function findSession(deps: Looking, person: Person, written: string): Promise<SessionView | undefined> {
  return deps.store.transact(async (tx) => {
    const id = parseRequestId(written)
    const request = id.ok ? await tx.requests.find(id.value) : undefined
    const isIts = request?.requester === person.id && request.extension === undefined
    return isIts ? sessionOf(tx, deps, request) : undefined
  })
}

async function sessionOf(tx: Tx, deps: Looking, request: StoredRequest): Promise<SessionView> {
  const { role } = request
  const provider = deps.providers.get(role.provider)
  const targets = role.targets.map(
    ({ slot, level }) => `${slot} = ${provider === undefined ? level : provider.levelName(slot, level)}`,
  )
  const credentials = role.entitlement === undefined ? [] : [`credentials: ${role.entitlement.words}`]
  return { view: await viewRequest(tx, deps, request), role, targets: [...targets, ...credentials] }
}
