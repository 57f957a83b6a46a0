import { askedAlreadyCard, askedCard } from '../cards/answer-cards.ts'
import type { Card } from '../cards/card.ts'
import type { Refusal } from '../core/codes.ts'
import { decideExtension, type Extendable } from '../core/extension.ts'
import type { RequestId } from '../core/ids.ts'
import type { Verdict } from '../core/policy.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Role } from '../core/role.ts'
import { lacksAccount } from '../core/settings.ts'
import type { StoredGrant } from '../ports/store/grants.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { approve } from './approve.ts'
import { type Acting, takeDelivery } from './context.ts'
import type { Deps } from './deps.ts'
import { maySee } from './may.ts'
import { callAboutCard, REASON_MAX, storeRequest } from './submit-request.ts'
import { viewRequest } from './view-request.ts'

export interface Extending {
  /** Of the access, or of an earlier extension of it. */
  readonly id: RequestId
  readonly durationSeconds: number
  readonly reason: string
}

type Extended = Result<Card | undefined, Refusal>

/** More time in access that is there: a request of its own, decided like the first one. Two at once wait for each other. */
export function extendAccess(deps: Deps, acting: Acting, asked: Extending): Promise<Extended> {
  return deps.store.transact(async (tx): Promise<Extended> => {
    if (!(await takeDelivery(tx, acting))) return ok(undefined)
    if ((await tx.loadedLast()) !== deps.settings.hash) return fail({ code: 'configuration_superseded' })
    const found = await findExtendable(tx, deps, acting, asked.id)
    if (!found.ok) return found
    const reason = Array.from(asked.reason).slice(0, REASON_MAX).join('')
    return extend(tx, deps, acting, { ...found.value, ...asked, reason })
  })
}

export interface ToExtend {
  readonly given: StoredRequest
  readonly grant: StoredGrant | undefined
  /** Today's. */
  readonly role: Role | undefined
  readonly waiting: StoredRequest | undefined
}

/** What is to last longer, its grant locked, and whether somebody waits for that already. */
export async function findExtendable(
  tx: Tx,
  { settings }: Pick<Deps, 'settings'>,
  { person }: Acting,
  id: RequestId,
): Promise<Result<ToExtend, Refusal>> {
  const named = await tx.requests.find(id)
  const given = named?.extension === undefined ? named : await tx.requests.find(named.extension.grant)
  if (given === undefined || !maySee(settings, person, given)) return fail({ code: 'not_found', id })
  const grant = await tx.grants.lock(given.id)
  const role = settings.roles.find((each) => each.key === given.role.key)
  const waiting = (await tx.requests.extensionsOf(given.id)).find((each) => each.state === 'pending')
  return ok({ given, grant, role, waiting })
}

/** What the policy says; the same for the form, before anything is asked. */
export function verdictOn(
  tx: Tx,
  deps: Deps,
  { person }: Acting,
  asked: ToExtend & Pick<Extending, 'durationSeconds' | 'reason'>,
): Verdict {
  const { given, grant, role, durationSeconds, reason } = asked
  const access: Extendable = {
    id: given.id,
    holder: given.requester,
    role: given.role,
    state: grant?.state ?? 'revoked',
    startedAt: grant?.startedAt,
    expiresAt: grant?.expiresAt,
  }
  const reasonMatches = role !== undefined && deps.reasonMatches(role, reason)
  const asking = { requester: person, durationSeconds, reason, reasonMatches }
  return decideExtension(role, { access, asking, now: tx.now }, deps.settings.people)
}

async function extend(tx: Tx, deps: Deps, acting: Acting, asked: ToExtend & Extending): Promise<Extended> {
  const { given, grant, role, waiting } = asked
  const verdict = verdictOn(tx, deps, acting, asked)
  const isWaiting = waiting !== undefined && acting.person.id === given.requester
  if (isWaiting) return ok(askedAlreadyCard(await viewRequest(tx, deps, waiting)))
  if (verdict.outcome === 'deny') return fail(verdict.refusal)
  if (role === undefined || grant?.expiresAt === undefined) throw new Error(`the policy allowed ${given.id} nothing`)
  if (lacksAccount(deps.settings, acting.person, role)) return fail({ code: 'no_account', provider: role.providerName })
  const most = deps.settings.limits.pendingPerPerson
  const mine = await tx.requests.ofPerson(acting.person.id, 100)
  if (mine.filter((each) => each.state === 'pending').length >= most) return fail({ code: 'too_many_pending', most })
  const { durationSeconds, reason } = asked
  const extension = { grant: given.id, until: grant.expiresAt + durationSeconds * 1000 }
  const request = await storeRequest(tx, deps, acting, { role, reason, durationSeconds, extension })
  if (verdict.outcome === 'allow') {
    const approved = await approve(tx, deps, { request, by: undefined, byName: 'the policy' })
    if (!approved.ok) return approved
  } else await callAboutCard(tx, deps, request)
  await tx.nudge()
  const now = await tx.requests.find(request.id)
  return ok(now && askedCard(await viewRequest(tx, deps, now)))
}
