import { and, eq, gt, isNotNull, sql } from 'drizzle-orm'
import type { AuditEvent } from '../core/audit.ts'
import type { Grants } from '../ports/store/grants.ts'
import type { Record } from './audit-rows.ts'
import { type Database, dateOf, schema } from './database.ts'
import { touchRequest } from './touch.ts'

const { accessGrant, slot } = schema

/**
 * Compare-and-set, like a move. By the clock of this very moment and not of the transaction's start: whoever waited for the
 * row's lock until the end had come is too late.
 */
export async function extendGrant(
  db: Database,
  stamp: { readonly now: number; readonly record: Record },
  { id, until, mostSeconds }: Parameters<Grants['extend']>[0],
  event: AuditEvent,
): Promise<boolean> {
  const end = sql`${dateOf(until).toISOString()}::timestamptz`
  const extended = await db
    .update(accessGrant)
    .set({
      expiresAt: dateOf(until),
      durationSeconds: sql`round(extract(epoch from ${end} - ${accessGrant.startedAt}))::integer`,
      warnedAt: null,
    })
    .where(
      and(
        eq(accessGrant.id, id),
        eq(accessGrant.state, 'active'),
        gt(accessGrant.expiresAt, sql`clock_timestamp()`),
        isNotNull(accessGrant.startedAt),
        sql`${accessGrant.expiresAt} < ${end}`,
        sql`${end} <= ${accessGrant.startedAt} + make_interval(secs => ${mostSeconds}::float8)`,
      ),
    )
    .returning({ id: accessGrant.id })
  if (extended.length === 0) return false
  // A slot of its own was told the end that held before.
  await db
    .update(slot)
    .set({ nextTryAt: dateOf(stamp.now), tries: 0 })
    .where(sql`${slot.name} like ${`%:${id}`} and ${slot.id} in (select slot_id from holding where grant_id = ${id})`)
  await touchRequest(db, id, stamp.now)
  await stamp.record(event)
  return true
}
