import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm'
import type { ClaimedCredential } from '../ports/store/credentials.ts'
import type { SlotsWanted } from '../ports/store/slots.ts'
import { isFreeToUs, isNoneOf, listedOf } from './claims.ts'
import { claimedCredential } from './credential-rows.ts'
import { type Database, dateOf, schema } from './database.ts'

const { credential } = schema

/** Due ones that nobody alive has, the longest due first. */
export async function claimCredentials(
  db: Database,
  { now, replica }: { readonly now: number; readonly replica: string },
  { limit, instances, inFlight }: SlotsWanted,
): Promise<readonly ClaimedCredential[]> {
  const isDue = lte(credential.nextTryAt, dateOf(now))
  const isOf =
    'only' in instances
      ? eq(credential.instance, instances.only)
      : isNoneOf(credential.instance, listedOf(instances.except))
  const due = await db
    .select({ id: credential.id })
    .from(credential)
    .where(and(isDue, isFreeToUs(db, credential, { replica, inFlight: listedOf(inFlight) }), isOf))
    .orderBy(asc(credential.nextTryAt))
    .limit(limit)
    .for('update', { skipLocked: true })
  if (due.length === 0) return []
  const ids = due.map((row) => row.id)
  const rows = await db
    .update(credential)
    .set({ owner: replica, epoch: sql`${credential.epoch} + 1` })
    .where(inArray(credential.id, ids))
    .returning()
  return rows.map(claimedCredential)
}
