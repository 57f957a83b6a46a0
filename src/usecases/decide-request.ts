import { votedCard } from '../cards/answer-cards.ts'
import type { Card } from '../cards/card.ts'
import type { Refusal } from '../core/codes.ts'
import type { RequestId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Workflow } from '../core/role.ts'
import { nameOf } from '../core/settings.ts'
import { mayDecide, stageFor, standingVotes, tally } from '../core/tally.ts'
import type { StoredRequest, StoredVote } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { type Acting, takeDelivery } from './context.ts'
import type { Deps } from './deps.ts'
import { lapse } from './lapse-request.ts'
import { maySee } from './may.ts'
import { approveAndPlan } from './plan-grant.ts'
import { tellRequester, tellThread } from './tell.ts'
import { viewRequest } from './view-request.ts'

export interface Decision {
  readonly id: RequestId
  readonly vote: 'yes' | 'no' | 'withdrawn'
  readonly comment: string
  /** The platform's time of a reaction, in microseconds: an older one than the newest seen changes nothing. */
  readonly reactedAt?: number
}

type Decided = Result<Card | undefined, Refusal>

/** One person's yes, no, or taking it back; by button, reaction or typed line it is the same. */
export function decideRequest(deps: Deps, acting: Acting, decision: Decision): Promise<Decided> {
  return deps.store.transact(async (tx) => {
    if (!(await takeDelivery(tx, acting))) return ok(undefined)
    const request = await tx.requests.lock(decision.id)
    if (request === undefined) return fail({ code: 'not_found', id: decision.id })
    const votes = standing(deps, request, await tx.requests.votes(request.id))
    const refusal = await refusalOf(tx, deps, acting, { request, votes, decision })
    if (refusal !== undefined) return refuse(tx, acting, request, refusal)
    return count(tx, deps, acting, { request, votes, decision })
  })
}

function standing({ settings }: Deps, { role }: StoredRequest, votes: readonly StoredVote[]): readonly StoredVote[] {
  return role.workflow === undefined ? votes : standingVotes(role.workflow, votes, settings.people)
}

interface Case {
  readonly request: StoredRequest
  readonly votes: readonly StoredVote[]
  readonly decision: Decision
}

/** Refused votes are part of the record. Somebody who may not see it learns nothing but that there is none. */
async function refuse(tx: Tx, acting: Acting, request: StoredRequest, refusal: Refusal): Promise<Decided> {
  const detail = {
    code: refusal.code,
    account: acting.inbound.sender.account,
    platform: acting.inbound.sender.platform,
  }
  await tx.record({ name: 'vote_refused', actor: acting.person.id, subject: request.id, detail })
  return fail(refusal)
}

async function refusalOf(
  tx: Tx,
  deps: Deps,
  { person }: Acting,
  { request, votes, decision }: Case,
): Promise<Refusal | undefined> {
  const { settings } = deps
  const { id, role, requester } = request
  if ((await tx.loadedLast()) !== settings.hash) return { code: 'configuration_superseded' }
  if (person.id === requester) return { code: 'own_request' }
  const today = settings.roles.find((each) => each.key === role.key)
  const workflow = today?.workflow
  if (role.workflow === undefined || !mayDecide(workflow ?? role.workflow, person, requester)) {
    return maySee(settings, person, request) ? { code: 'not_approver', id } : { code: 'not_found', id }
  }
  if (request.state !== 'pending') return decidedAlready(deps, request)
  if (request.lapsesAt <= tx.now) {
    await lapse(tx, request, 'nobody_decided')
    return { code: 'decided_already', state: 'lapsed', by: undefined, at: request.lapsesAt }
  }
  if (today === undefined || today.hash !== role.hash || !settings.people.some((each) => each.id === requester)) {
    await lapse(tx, request, 'role_changed')
    return { code: 'role_changed', role: role.key }
  }
  return voteRefusal(role.workflow, votes, { person, request, decision })
}

function voteRefusal(
  workflow: Workflow,
  votes: readonly StoredVote[],
  { person, request, decision }: Pick<Case, 'request' | 'decision'> & Pick<Acting, 'person'>,
): Refusal | undefined {
  const own = votes.find((vote) => vote.person === person.id)
  if (decision.vote === 'no') return undefined
  if (decision.vote === 'withdrawn')
    return own?.value === 'yes' ? undefined : { code: 'not_pending', id: request.id, state: request.state }
  if (own?.value === 'yes') return { code: 'voted_already', value: 'yes' }
  const stage = stageFor(workflow, votes, { person, requester: request.requester })
  return stage === undefined ? { code: 'not_approver', id: request.id } : undefined
}

function decidedAlready({ settings }: Deps, request: StoredRequest): Refusal {
  const by = request.decidedBy === undefined ? undefined : nameOf(settings, request.decidedBy)
  return { code: 'decided_already', state: request.state, by, at: request.decidedAt ?? request.lapsesAt }
}

async function count(tx: Tx, deps: Deps, acting: Acting, one: Case): Promise<Decided> {
  const { request, votes, decision } = one
  const { person } = acting
  const { workflow } = request.role
  if (workflow === undefined) return fail({ code: 'not_approver', id: request.id })
  const own = votes.find((vote) => vote.person === person.id)
  if (isOutOfOrder(own, decision)) return ok(undefined)
  const stage = stageFor(workflow, votes, { person, requester: request.requester }) ?? own?.stage ?? 0
  const cast = castOf(acting, one, stage)
  const name = decision.vote === 'withdrawn' ? 'vote_withdrawn' : 'vote_counted'
  const detail = { vote: decision.vote, stage, ...pick(cast) }
  await tx.requests.putVote(request.id, cast, { name, actor: person.id, subject: request.id, detail })
  const now = [...votes.filter((vote) => vote.person !== person.id), cast]
  const { outcome } = tally(workflow, now)
  if (outcome === 'denied') await deny(tx, acting, request, decision.comment)
  else if (outcome === 'approved') {
    const approved = await approveAndPlan(tx, deps, { request, by: person.id, byName: approvers(deps, now) })
    if (!approved.ok) return approved
  } else await keepOpen(tx, person.name, request, decision.vote)
  const after = await tx.requests.find(request.id)
  return ok(after && votedCard(await viewRequest(tx, deps, after), decision.vote))
}

function castOf({ person, inbound }: Acting, { request, decision }: Case, stage: number): Omit<StoredVote, 'votedAt'> {
  const { platform, account } = inbound.sender
  const { vote: value, comment, reactedAt } = decision
  const delivery = inbound.deliveryId
  return {
    person: person.id,
    value,
    stage,
    comment,
    platform,
    account,
    delivery,
    cardRevision: request.revision,
    reactedAt,
  }
}

function pick({
  platform,
  account,
  delivery,
  cardRevision,
  comment,
}: Omit<StoredVote, 'votedAt'>): Record<string, unknown> {
  return { platform, account, delivery, card_revision: cardRevision, comment }
}

function isOutOfOrder(own: StoredVote | undefined, decision: Decision): boolean {
  if (own?.reactedAt === undefined || decision.reactedAt === undefined) return false
  return decision.reactedAt < own.reactedAt
}

function approvers({ settings }: Deps, votes: readonly Pick<StoredVote, 'value' | 'person'>[]): string {
  return votes
    .filter((vote) => vote.value === 'yes')
    .map((vote) => nameOf(settings, vote.person))
    .join(', ')
}

async function deny(tx: Tx, { person }: Acting, request: StoredRequest, comment: string): Promise<void> {
  const { id } = request
  const event = { name: 'request_denied', actor: person.id, subject: id, detail: { comment } } as const
  if (!(await tx.requests.move({ id, from: 'pending', to: 'denied', by: person.id, decision: comment }, event))) {
    throw new Error(`request ${id} moved under its own lock`)
  }
  const why = comment === '' ? '' : `: “${comment}”`
  await tellThread(tx, request, [`Denied by ${person.name}${why}`])
  await tellRequester(tx, request, [`Denied by ${person.name}${why}`])
  await tx.nudge()
}

async function keepOpen(tx: Tx, name: string, request: StoredRequest, vote: Decision['vote']): Promise<void> {
  await tellThread(tx, request, [vote === 'yes' ? `${name} approved` : `${name} withdrew the approval`])
  await tx.requests.touch(request.id)
  await tx.nudge()
}
