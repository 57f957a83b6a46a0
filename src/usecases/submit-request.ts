import { askedAlreadyCard, askedCard } from '../cards/answer-cards.ts'
import type { Card } from '../cards/card.ts'
import type { Refusal } from '../core/codes.ts'
import { requestIdFrom } from '../core/ids.ts'
import { nearestWord } from '../core/nearest-word.ts'
import { decide } from '../core/policy.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Role } from '../core/role.ts'
import { lacksAccount } from '../core/settings.ts'
import type { Extension, StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { type Acting, takeDelivery } from './context.ts'
import type { Deps } from './deps.ts'
import { rolesFor, searchRoles } from './look.ts'
import { placeCard } from './place-card.ts'
import { approveAndPlan } from './plan-grant.ts'
import { callDeciders } from './tell.ts'
import { viewRequest } from './view-request.ts'

export interface Asked {
  readonly role: string
  readonly durationSeconds: number | undefined
  readonly reason: string
}

export const REASON_MAX = 2000

/** Somebody asks. The policy is asked first; what it allows becomes a row, and its card is due. */
export async function submitRequest(
  deps: Deps,
  acting: Acting,
  asked: Asked,
): Promise<Result<Card | undefined, Refusal>> {
  const { person } = acting
  const role = deps.settings.roles.find((each) => each.key === asked.role)
  const reason = Array.from(asked.reason).slice(0, REASON_MAX).join('')
  const durationSeconds = asked.durationSeconds ?? role?.defaultDurationSeconds ?? 0
  const reasonMatches = role !== undefined && deps.reasonMatches(role, reason)
  const verdict = decide(role, { requester: person, durationSeconds, reason, reasonMatches }, deps.settings.people)
  if (role === undefined || (verdict.outcome === 'deny' && verdict.refusal.code === 'role_unknown'))
    return fail(unseen(deps, acting, asked.role))
  if (verdict.outcome === 'deny') return fail(verdict.refusal)
  if (lacksAccount(deps.settings, person, role)) return fail({ code: 'no_account', provider: role.providerName })
  return deps.store.transact((tx) => insert(tx, deps, acting, { role, reason, durationSeconds }))
}

/** A role that one may not see answers like one that does not exist: with one of those that one may, where one fits. */
export function unseen({ settings }: Deps, { person }: Acting, typed: string): Refusal {
  const seen = rolesFor(settings, person).map((role) => role.key)
  const bare = seen.map((key) => key.slice(key.indexOf(':') + 1))
  const misspelt = nearestWord(typed, seen) ?? seen[bare.indexOf(nearestWord(typed, bare) ?? '')]
  const nearest = misspelt ?? searchRoles(settings, person, typed)[0]?.key
  return { code: 'role_unknown', ...(nearest === undefined ? {} : { nearest }) }
}

interface Allowed {
  readonly role: Role
  readonly reason: string
  readonly durationSeconds: number
  readonly extension?: Extension
}

async function insert(
  tx: Tx,
  deps: Deps,
  acting: Acting,
  allowed: Allowed,
): Promise<Result<Card | undefined, Refusal>> {
  if (!(await takeDelivery(tx, acting))) return ok(undefined)
  if ((await tx.loadedLast()) !== deps.settings.hash) return fail({ code: 'configuration_superseded' })
  const mine = (await tx.requests.ofPerson(acting.person.id, 100)).filter((each) => each.state === 'pending')
  const same = mine.find(
    (each) =>
      each.extension === undefined &&
      each.role.key === allowed.role.key &&
      each.durationSeconds === allowed.durationSeconds,
  )
  if (same !== undefined) return ok(askedAlreadyCard(await viewRequest(tx, deps, same)))
  const most = deps.settings.limits.pendingPerPerson
  if (mine.length >= most) return fail({ code: 'too_many_pending', most })
  const request = await storeRequest(tx, deps, acting, allowed)
  if (allowed.role.workflow === undefined) {
    const approved = await approveAndPlan(tx, deps, { request, by: undefined, byName: 'the policy' })
    if (!approved.ok) throw new Error(`provider ${allowed.role.provider} is missing`)
  } else await callAboutCard(tx, deps, request)
  await tx.nudge()
  const now = await tx.requests.find(request.id)
  return ok(now && askedCard(await viewRequest(tx, deps, now)))
}

/** The row, with its fact of the record. An extension waits no longer than the access that it extends. */
export async function storeRequest(tx: Tx, deps: Deps, acting: Acting, allowed: Allowed): Promise<StoredRequest> {
  const { role, reason, durationSeconds, extension } = allowed
  const id = requestIdFrom(deps.randomBytes(5))
  const pendingSeconds = role.workflow?.pendingSeconds ?? deps.settings.limits.pendingSeconds
  const { device } = acting
  const lapsesAt = tx.now + pendingSeconds * 1000
  const endsAt = extension === undefined ? lapsesAt : extension.until - durationSeconds * 1000
  const more = extension === undefined ? {} : { extends: extension.grant, until: extension.until }
  const detail = { role: role.key, role_hash: role.hash, duration_seconds: durationSeconds, reason, device, ...more }
  await tx.requests.insert(
    {
      id,
      requester: acting.person.id,
      role,
      reason,
      durationSeconds,
      platform: acting.inbound.sender.platform,
      askedAt: tx.now,
      lapsesAt: Math.min(lapsesAt, endsAt),
      ...(extension === undefined ? {} : { extension }),
    },
    { name: 'request_asked', actor: acting.person.id, subject: id, detail },
  )
  const request = await tx.requests.find(id)
  if (request === undefined) throw new Error(`request ${id} was not stored`)
  return request
}

/** The card to decide on, and the first line of its thread, which calls those who may decide. */
export async function callAboutCard(tx: Tx, deps: Deps, request: StoredRequest): Promise<void> {
  const { workflow } = request.role
  if (workflow === undefined) return
  await placeCard(tx, deps, request)
  await callDeciders(tx, request, await viewRequest(tx, deps, request))
}
