import { endedCard } from '../cards/answer-cards.ts'
import type { Card } from '../cards/card.ts'
import type { Refusal } from '../core/codes.ts'
import type { RequestId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { StoredGrant } from '../ports/store/grants.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { type Acting, takeDelivery } from './context.ts'
import type { Deps } from './deps.ts'
import { mayEnd, maySee } from './may.ts'
import { tellThread } from './tell.ts'
import { viewRequest } from './view-request.ts'

type Ended = Result<Card | undefined, Refusal>

/** Access ends before its time: the state moves here, in its own transaction; the sweeper takes it away. */
export function endAccess(deps: Deps, acting: Acting, id: RequestId): Promise<Ended> {
  return deps.store.transact(async (tx) => {
    if (!(await takeDelivery(tx, acting))) return ok(undefined)
    const request = await tx.requests.find(id)
    if (request === undefined || !maySee(deps.settings, acting.person, request)) return fail({ code: 'not_found', id })
    if (!mayEnd(deps.settings, acting.person, request)) return fail({ code: 'may_not_end', id })
    const grant = await tx.grants.lock(id)
    if (grant === undefined || !(await end(tx, acting, grant))) return fail({ code: 'nothing_to_end', id })
    await tellThread(tx, request, [`${acting.person.name} ends it now`])
    await tx.nudge()
    return ok(endedCard(await viewRequest(tx, deps, request)))
  })
}

async function end(tx: Tx, { person }: Acting, grant: StoredGrant): Promise<boolean> {
  const { id, state: from } = grant
  if (from === 'revoking' || from === 'revoked') return false
  const to = from === 'planned' ? 'revoked' : 'revoking'
  const endedHow = from === 'planned' ? 'never_began' : 'ended_early'
  const event = {
    name: to === 'revoked' ? 'grant_revoked' : 'grant_revoking',
    actor: person.id,
    subject: id,
    detail: { why: 'ended_early' },
  } as const
  return tx.grants.move({ id, from, to, endedHow, endedBy: person.id }, event)
}

/** Its asker takes a request back while nobody has decided. */
export function cancelRequest(deps: Deps, acting: Acting, id: RequestId): Promise<Ended> {
  return deps.store.transact(async (tx) => {
    if (!(await takeDelivery(tx, acting))) return ok(undefined)
    const request = await tx.requests.lock(id)
    if (request === undefined || !maySee(deps.settings, acting.person, request)) return fail({ code: 'not_found', id })
    if (request.requester !== acting.person.id) return fail({ code: 'not_requester', id })
    if (request.state !== 'pending') return fail({ code: 'not_pending', id, state: request.state })
    return ok(await cancel(tx, deps, acting, request))
  })
}

async function cancel(tx: Tx, deps: Deps, { person }: Acting, request: StoredRequest): Promise<Card | undefined> {
  const { id } = request
  const event = { name: 'request_cancelled', actor: person.id, subject: id } as const
  if (!(await tx.requests.move({ id, from: 'pending', to: 'cancelled', by: person.id }, event))) {
    throw new Error(`request ${id} moved under its own lock`)
  }
  await tellThread(tx, request, [`Cancelled by ${person.name}`])
  await tx.nudge()
  const after = await tx.requests.find(id)
  if (after === undefined) return undefined
  return {
    title: ['Cancelled: nobody will be asked any more'],
    lines: [[(await viewRequest(tx, deps, after)).roleName]],
    buttons: [],
  }
}
