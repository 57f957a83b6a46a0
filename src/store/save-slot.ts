import { isDeepStrictEqual } from 'node:util'
import { and, eq, inArray } from 'drizzle-orm'
import type { AuditName } from '../core/audit.ts'
import type { GrantState } from '../core/grant-state.ts'
import { type GrantFacts, isAtLeast, type SlotFacts } from '../core/protocol/facts.ts'
import type { ClaimedSlot, SlotChange } from '../ports/store/slots.ts'
import type { Record } from './audit-rows.ts'
import { type Database, dateOf, schema } from './database.ts'
import { moveGrant } from './move-grant.ts'
import { touchRequest } from './touch.ts'

const { accessGrant, attempt, holding, slot } = schema

const EVENT_OF: Readonly<globalThis.Record<GrantState, AuditName>> = {
  planned: 'grant_planned',
  granting: 'grant_granting',
  active: 'grant_active',
  revoking: 'grant_revoking',
  revoked: 'grant_revoked',
}

/** Writes what the protocol changed: holdings and clocks first, then the moves of the grants, each with its event. */
export async function saveSlot(
  db: Database,
  stamp: { readonly now: number; readonly record: Record },
  claimed: ClaimedSlot,
  change: SlotChange,
): Promise<void> {
  const { after, before } = change
  await db
    .update(slot)
    .set({
      prior: after.prior ?? null,
      priorIsInvitation: after.priorIsInvitation,
      seen: after.seen ?? null,
      seenAt: dateOf(change.seenAt),
      touchedUntil: after.touchedUntil === undefined ? null : dateOf(after.touchedUntil),
    })
    .where(eq(slot.id, claimed.id))
  await saveHoldings(db, claimed.id, change)
  await saveAttempts(db, stamp.now, change)
  const isNews = before.seen !== after.seen || before.prior !== after.prior
  for (const grant of [...after.grants.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const was = before.grants.get(grant.id)
    if (was !== undefined)
      await saveGrant(db, stamp, { grant, was, after, isNews, slotName: claimed.name, actor: change.actor })
  }
}

interface GrantChange {
  readonly grant: GrantFacts
  readonly was: GrantFacts
  readonly after: SlotFacts
  readonly isNews: boolean
  readonly slotName: string
  readonly actor: string
}

async function saveGrant(db: Database, stamp: { now: number; record: Record }, change: GrantChange): Promise<void> {
  const { grant, was, after } = change
  const date = (ms: number | undefined) => (ms === undefined ? null : dateOf(ms))
  if (grant.startedAt !== was.startedAt || grant.expiresAt !== was.expiresAt) {
    const clock = { startedAt: date(grant.startedAt), expiresAt: date(grant.expiresAt) }
    await db.update(accessGrant).set(clock).where(eq(accessGrant.id, grant.id))
  }
  await db
    .update(accessGrant)
    .set({ isWaiting: isWaiting(after, grant) })
    .where(eq(accessGrant.id, grant.id))
  if (grant.state === was.state) {
    if (change.isNews) await touchRequest(db, grant.id, stamp.now)
    return
  }
  for (const [from, to] of stepsBetween(was.state, grant.state)) {
    const detail = { slot: change.slotName, level: after.seen, prior: after.prior, expires_at: grant.expiresAt }
    const event = { name: EVENT_OF[to], actor: change.actor, subject: grant.id, detail }
    await moveGrant(db, stamp, { id: grant.id, from, to }, event)
  }
}

/** One read may carry a grant over two moves (planned, granting, active): each is made, and recorded, by itself. */
function stepsBetween(from: GrantState, to: GrantState): readonly (readonly [GrantState, GrantState])[] {
  if (from === 'planned' && to === 'active')
    return [
      ['planned', 'granting'],
      ['granting', 'active'],
    ]
  return [[from, to]]
}

function isWaiting(after: SlotFacts, grant: GrantFacts): boolean {
  const holding = after.holdings.find((one) => one.grant === grant.id)
  if (grant.state !== 'granting' || holding === undefined || holding.isReached) return false
  return after.seen !== undefined && isAtLeast(after, after.seen, holding.level) && after.attempts.length === 0
}

async function saveHoldings(db: Database, slotId: number, { before, after }: SlotChange): Promise<void> {
  for (const [n, one] of after.holdings.entries()) {
    const was = before.holdings[n]
    if (isDeepStrictEqual(was, one)) continue
    const { state, isReached, mayHave } = one
    const givenUntil = one.givenUntil === undefined ? null : dateOf(one.givenUntil)
    await db
      .update(holding)
      .set({ state, isReached, mayHave, givenUntil })
      .where(and(eq(holding.slotId, slotId), eq(holding.grantId, one.grant)))
  }
}

async function saveAttempts(db: Database, now: number, { before, after }: SlotChange): Promise<void> {
  const settled = before.attempts
    .filter((one) => !after.attempts.some((left) => left.id === one.id))
    .map((one) => one.id)
  if (settled.length > 0)
    await db
      .update(attempt)
      .set({ settledAt: dateOf(now) })
      .where(inArray(attempt.id, settled))
  for (const one of after.attempts) {
    const was = before.attempts.find((other) => other.id === one.id)
    if (was === undefined || was.landsBefore === one.landsBefore || !Number.isFinite(one.landsBefore)) continue
    await db
      .update(attempt)
      .set({ landsBefore: dateOf(one.landsBefore) })
      .where(eq(attempt.id, one.id))
  }
}
