import { votedCard } from '../cards/answer-cards.ts'
import type { Card } from '../cards/card.ts'
import type { Refusal } from '../core/codes.ts'
import type { RequestId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Workflow } from '../core/role.ts'
import { nameOf } from '../core/settings.ts'
import { votesToday, whyNotAsked } from '../core/still-holds.ts'
import { mayDecide, stageFor, tally } from '../core/tally.ts'
import type { StoredRequest, StoredVote } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { approve } from './approve.ts'
import { askStandings, isUnsure, peopleBehind, type Standings, whyGone } from './check-people.ts'
import { type Acting, takeDelivery, wayOf } from './context.ts'
import type { Deps } from './deps.ts'
import { isAccessOver, lockWithAccess } from './extend-grant.ts'
import { lapse } from './lapse-request.ts'
import { maySee } from './may.ts'
import { cancelOfGone, withdrawOfGone } from './part-with.ts'
import { tellDecision, tellThread } from './tell.ts'
import { viewRequest } from './view-request.ts'

export interface Decision {
  readonly id: RequestId
  readonly vote: 'yes' | 'no' | 'withdrawn'
  readonly comment: string
  /** The platform's time of a reaction, in microseconds: an older one than the newest seen changes nothing. */
  readonly reactedAt?: number
}

type Decided = Result<Card | undefined, Refusal>

const ASKED_MAX = 3

/**
 * One person's yes, no, or taking it back; by button, reaction or typed line it is the same. The directory is asked about
 * all others on whom a yes rests before the transaction, and again when somebody voted meanwhile.
 */
export async function decideRequest(deps: Deps, acting: Acting, decision: Decision): Promise<Decided> {
  for (let asked = 0; asked < ASKED_MAX; asked++) {
    const standings: Standings =
      decision.vote === 'yes' ? await askStandings(deps, decision.id, 'pending') : new Map<never, never>()
    const decided = await deps.store.transact((tx) => decideBy(tx, deps, acting, { decision, standings }))
    if (decided !== 'ask_again') return decided
  }
  return fail({ code: 'directory_unavailable' })
}

async function decideBy(
  tx: Tx,
  deps: Deps,
  acting: Acting,
  { decision, standings }: Pick<Case, 'decision' | 'standings'>,
): Promise<Decided | 'ask_again'> {
  const request = await lockWithAccess(tx, decision.id)
  const votes =
    request === undefined ? [] : votesToday(request.role, await tx.requests.votes(request.id), deps.settings.people)
  if (request !== undefined && isAnybodyNew(acting, { request, votes, decision, standings })) return 'ask_again'
  if (!(await takeDelivery(tx, acting))) return ok(undefined)
  if (request === undefined) return fail({ code: 'not_found', id: decision.id })
  const gone = votes.filter((vote) => vote.value === 'yes' && whyGone(standings, vote.person) !== undefined)
  const one: Case = { request, votes: votes.filter((vote) => !gone.includes(vote)), decision, standings }
  const refusal = await refusalOf(tx, deps, acting, one)
  if (refusal !== undefined) return refuse(tx, acting, request, refusal)
  for (const vote of gone)
    await withdrawOfGone(tx, deps, request, { vote, why: whyGone(standings, vote.person) ?? 'not_known' })
  return count(tx, deps, acting, one)
}

/** Whom nobody has asked the directory about, since they voted after it was asked. */
function isAnybodyNew({ person }: Acting, { request, votes, decision, standings }: Case): boolean {
  if (decision.vote !== 'yes' || request.state !== 'pending') return false
  return peopleBehind(request, votes).some((each) => each !== person.id && !standings.has(each))
}

interface Case {
  readonly request: StoredRequest
  /** Those that count today. */
  readonly votes: readonly StoredVote[]
  readonly decision: Decision
  readonly standings: Standings
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

async function refusalOf(tx: Tx, deps: Deps, { person, inbound }: Acting, one: Case): Promise<Refusal | undefined> {
  const { settings } = deps
  const { request, votes, decision } = one
  const { id, role, requester } = request
  if ((await tx.loadedLast()) !== settings.hash) return { code: 'configuration_superseded' }
  // Also by an account that was the requester's when it was first seen, and is another person's by the configuration.
  const isOwn = person.id === requester || (await tx.bindings.personOf(inbound.sender)) === requester
  if (isOwn) return { code: 'own_request' }
  const today = settings.roles.find((each) => each.key === role.key)
  const workflow = today?.workflow
  if (role.workflow === undefined || !mayDecide(workflow ?? role.workflow, person, requester)) {
    return maySee(settings, person, request) ? { code: 'not_approver' } : { code: 'not_found', id }
  }
  if (request.state !== 'pending') return decidedAlready(deps, request)
  if (await isAccessOver(tx, request)) {
    await lapse(tx, request, 'access_over')
    return { code: 'access_over' }
  }
  if (request.lapsesAt <= tx.now) {
    await lapse(tx, request, 'nobody_decided')
    return { code: 'decided_already', state: 'lapsed', by: undefined, at: request.lapsesAt }
  }
  return (await refuseChanged(tx, deps, one)) ?? voteRefusal(role.workflow, votes, { person, request, decision })
}

/** What was asked for is looked at again: by today's configuration, and by what the directory just said. */
async function refuseChanged(tx: Tx, deps: Deps, { request, standings }: Case): Promise<Refusal | undefined> {
  const why = whyNotAsked(request, deps.settings)
  const gone = why === 'requester_gone' ? 'not_known' : whyGone(standings, request.requester)
  if (gone !== undefined) {
    await cancelOfGone(tx, deps, request, gone)
    return { code: 'requester_gone', why: gone }
  }
  if (why === 'role_changed' || why === 'not_eligible') await lapse(tx, request, why)
  if (why === 'role_changed') return { code: 'role_changed', role: request.role.key }
  if (why === 'not_eligible') return { code: 'requester_not_eligible' }
  return isUnsure(standings) ? { code: 'directory_unavailable' } : undefined
}

function voteRefusal(
  workflow: Workflow,
  votes: readonly StoredVote[],
  { person, request, decision }: Pick<Case, 'request' | 'decision'> & Pick<Acting, 'person'>,
): Refusal | undefined {
  const own = votes.find((vote) => vote.person === person.id)
  if (decision.vote !== 'yes') return undefined
  if (own?.value === 'yes') return { code: 'voted_already', value: 'yes' }
  const stage = stageFor(workflow, votes, { person, requester: request.requester })
  return stage === undefined ? { code: 'not_approver' } : undefined
}

function decidedAlready({ settings }: Deps, request: StoredRequest): Refusal {
  if (request.state === 'cancelled' && request.decidedBy === undefined)
    return { code: 'requester_gone', why: request.decision ?? '' }
  const by = request.decidedBy === undefined ? undefined : nameOf(settings, request.decidedBy)
  return { code: 'decided_already', state: request.state, by, at: request.decidedAt ?? request.lapsesAt }
}

async function count(tx: Tx, deps: Deps, acting: Acting, one: Case): Promise<Decided> {
  const { request, votes, decision } = one
  const { person } = acting
  const { workflow } = request.role
  if (workflow === undefined) return fail({ code: 'not_approver' })
  const own = votes.find((vote) => vote.person === person.id)
  if (isOutOfOrder(own, decision)) return ok(undefined)
  const stage = stageFor(workflow, votes, { person, requester: request.requester }) ?? own?.stage ?? 0
  const cast = castOf(acting, one, stage)
  const name = decision.vote === 'withdrawn' ? 'vote_withdrawn' : 'vote_counted'
  const detail = { vote: decision.vote, stage, way: wayOf(acting), ...pick(cast) }
  await tx.requests.putVote(request.id, cast, { name, actor: person.id, subject: request.id, detail })
  // Taken away before it was seen to be put there: kept, so that the mark that comes late counts for nothing.
  if (decision.vote === 'withdrawn' && own?.value !== 'yes') return ok(undefined)
  const now = [...votes.filter((vote) => vote.person !== person.id), cast]
  const { outcome } = tally(workflow, now)
  if (outcome === 'denied') await deny(tx, acting, request, decision.comment)
  else if (outcome === 'approved') {
    const approved = await approve(tx, deps, { request, by: person.id, byName: approvers(deps, now) })
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
  await tellDecision(tx, request, [`Denied by ${person.name}${why}`])
  await tx.nudge()
}

async function keepOpen(tx: Tx, name: string, request: StoredRequest, vote: Decision['vote']): Promise<void> {
  await tellThread(tx, request, [vote === 'yes' ? `${name} approved` : `${name} withdrew the approval`])
  await tx.requests.touch(request.id)
  await tx.nudge()
}
