import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { type Database, dateOf, nowMs, schema } from './database.ts'

const { attempt, replica } = schema

/** Of the first of the two numbers of our advisory locks: replicas hold (this, their own number) while they live. */
export const REPLICA_LOCKS = 746_001

/** A number that no other replica locks. */
export async function nextLock(db: Database): Promise<number> {
  const lock = sql<string>`nextval(pg_get_serial_sequence('replica', 'lock'))`
  const [row] = await db.select({ lock }).from(sql`(select 1) as one`)
  if (row === undefined) throw new Error('no lock for this replica')
  return Number(row.lock)
}

export async function addReplica(db: Database, self: { readonly id: string; readonly lock: number }): Promise<void> {
  const now = dateOf(await nowMs(db))
  await db.insert(replica).values({ ...self, startedAt: now, seenAt: now })
}

/** False when the others took this one for gone: it needs a new name. */
export async function beatReplica(db: Database, id: string): Promise<boolean> {
  const now = dateOf(await nowMs(db))
  const alive = await db
    .update(replica)
    .set({ seenAt: now })
    .where(and(eq(replica.id, id), isNull(replica.goneAt)))
    .returning({ id: replica.id })
  return alive.length > 0
}

/** The others that may be gone, with the number that each locks while its session lives. */
export function othersOf(db: Database, id: string): Promise<{ id: string; lock: number }[]> {
  return db
    .select({ id: replica.id, lock: replica.lock })
    .from(replica)
    .where(and(ne(replica.id, id), isNull(replica.goneAt)))
}

/**
 * Its session is gone, so it sends no more: what it did not say the outcome of may land until its window is over.
 * A process that is merely stopped keeps its session, and its attempts stay open.
 */
export async function declareGone(db: Database, id: string): Promise<void> {
  const now = await nowMs(db)
  const gone = await db
    .update(replica)
    .set({ goneAt: dateOf(now) })
    .where(and(eq(replica.id, id), isNull(replica.goneAt)))
    .returning({ id: replica.id })
  if (gone.length === 0) return
  const window = sql`make_interval(secs => ${attempt.windowMs} / 1000.0)`
  await db
    .update(attempt)
    .set({ landsBefore: sql`greatest(${attempt.lastSendAt}, now()) + ${window}` })
    .where(and(eq(attempt.sender, id), isNull(attempt.outcome), isNull(attempt.landsBefore)))
}
