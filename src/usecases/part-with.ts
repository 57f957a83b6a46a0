import { goneWords } from '../cards/gone-words.ts'
import type { AuditEvent } from '../core/audit.ts'
import { nameOf } from '../core/settings.ts'
import type { WhyGone } from '../ports/directory.ts'
import type { GrantMove, StoredGrant } from '../ports/store/grants.ts'
import type { StoredRequest, StoredVote } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { tellThread } from './tell.ts'

type Knowing = Pick<Deps, 'settings'>

/** pending -> cancelled, under the request's lock: who asked has gone. */
export async function cancelOfGone(tx: Tx, deps: Knowing, request: StoredRequest, why: WhyGone): Promise<void> {
  const { id } = request
  const detail = { why: 'requester_gone', reason: why }
  const event = { name: 'request_cancelled', actor: 'system', subject: id, detail } as const
  if (!(await tx.requests.move({ id, from: 'pending', to: 'cancelled', decision: why }, event))) return
  await tellThread(tx, request, [`Cancelled: ${goneWords(nameOf(deps.settings, request.requester), why)}`])
  await tx.nudge()
}

/** A yes counts no more, under the lock of its pending request: its voter has gone. */
export async function withdrawOfGone(
  tx: Tx,
  deps: Knowing,
  request: StoredRequest,
  gone: { readonly vote: StoredVote; readonly why: WhyGone },
): Promise<void> {
  const { vote, why } = gone
  const detail = { person: vote.person, why: 'approver_gone', reason: why }
  const event = { name: 'vote_withdrawn', actor: 'system', subject: request.id, detail } as const
  await tx.requests.putVote(request.id, { ...vote, value: 'withdrawn' }, event)
  const words = goneWords(nameOf(deps.settings, vote.person), why)
  await tellThread(tx, request, [`An approval counts no more: ${words}`])
  await tx.requests.touch(request.id)
  await tx.nudge()
}

/** Whatever its holder has or may get ends now. Under the grant's lock; one that ends already is left. */
export async function endOfGone(tx: Tx, deps: Knowing, grant: StoredGrant, why: WhyGone): Promise<void> {
  const { id, state: from } = grant
  if (from === 'revoking' || from === 'revoked') return
  const failure = { code: 'requester_gone', detail: why }
  const move: GrantMove =
    from === 'planned'
      ? { id, from, to: 'revoked', endedHow: 'never_began', failure }
      : { id, from, to: 'revoking', endedHow: 'ended_early', failure }
  const name = move.to === 'revoked' ? 'grant_revoked' : 'grant_revoking'
  const event: AuditEvent = { name, actor: 'system', subject: id, detail: { why: 'requester_gone', reason: why } }
  const request = await tx.requests.find(id)
  if (!(await tx.grants.move(move, event)) || request === undefined) return
  await tellThread(tx, request, [`${goneWords(nameOf(deps.settings, grant.person), why)}: this access ends now`])
  await tx.nudge()
}
