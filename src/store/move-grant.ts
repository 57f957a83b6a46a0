import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { AuditEvent } from '../core/audit.ts'
import type { GrantMove } from '../ports/store/grants.ts'
import type { Record } from './audit-rows.ts'
import { type Database, dateOf, msOf, msOrNothing, schema } from './database.ts'
import { touchRequest } from './touch.ts'

const { accessGrant, credential, holding, message, slot } = schema

/** The only way in which a grant changes its state: compare-and-set, its event, a new revision, and its slots made due. */
export async function moveGrant(
  db: Database,
  stamp: { readonly now: number; readonly record: Record },
  move: GrantMove,
  event: AuditEvent,
): Promise<boolean> {
  const { now, record } = stamp
  const at = dateOf(now)
  const moved = await db
    .update(accessGrant)
    .set({
      state: move.to,
      nextTryAt: null,
      ...(move.to === 'granting' ? { beganAt: at } : {}),
      ...(move.to === 'revoking' ? { endDueAt: at } : {}),
      ...(move.to === 'revoked' ? { revokedAt: at } : {}),
      ...(move.endedHow === undefined ? {} : { endedHow: move.endedHow }),
      ...(move.endedBy === undefined ? {} : { endedBy: move.endedBy }),
      ...(move.failure === undefined ? {} : { failure: move.failure }),
    })
    .where(and(eq(accessGrant.id, move.id), eq(accessGrant.state, move.from)))
    .returning({ expiresAt: accessGrant.expiresAt, endDueAt: accessGrant.endDueAt })
  const [row] = moved
  if (row === undefined) return false
  if (move.to === 'revoked') await db.update(holding).set({ state: 'closed' }).where(eq(holding.grantId, move.id))
  if (move.to === 'revoking') {
    await makeDue(db, move.id, now)
    await takeButtons(db, move.id, now)
  }
  await touchRequest(db, move.id, now)
  await record(move.to === 'revoked' ? { ...event, detail: { ...event.detail, ...lateness(row, now) } } : event)
  return true
}

/** How long access was there beyond its end. None where none was given. */
function lateness({ expiresAt, endDueAt }: { expiresAt: Date | null; endDueAt: Date | null }, now: number) {
  if (endDueAt === null) return {}
  const due = Math.min(msOf(endDueAt), msOrNothing(expiresAt) ?? Number.POSITIVE_INFINITY)
  return { late_ms: Math.max(0, now - due) }
}

/** A line that offered something to press, such as the warning, offers nothing any more. */
async function takeButtons(db: Database, requestId: string, now: number): Promise<void> {
  const hasButtons = sql`jsonb_array_length(${message.content} -> 'buttons') > 0`
  await db
    .update(message)
    .set({ content: sql`jsonb_set(${message.content}, '{buttons}', '[]')`, nextTryAt: dateOf(now), tries: 0 })
    .where(and(eq(message.requestId, requestId), eq(message.kind, 'line'), hasButtons))
}

/** Revokes are taken before grants: its slots are urgent, and due now, as are its credentials. */
async function makeDue(db: Database, grantId: string, now: number): Promise<void> {
  const slots = db
    .select({ id: holding.slotId })
    .from(holding)
    .where(and(eq(holding.grantId, grantId), ne(holding.state, 'closed')))
  await db
    .update(slot)
    .set({ nextTryAt: dateOf(now), tries: 0, isUrgent: true })
    .where(inArray(slot.id, slots))
  await db
    .update(credential)
    .set({ nextTryAt: dateOf(now), tries: 0 })
    .where(and(eq(credential.grantId, grantId), eq(credential.state, 'issued')))
}
