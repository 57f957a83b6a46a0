import { and, eq, gt, isNull, notExists, notInArray, or, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { type Database, dateOf, SILENT_AFTER_MS, schema } from './database.ts'

/** A claim is bound to the life of its owner: free when there is none, when it is gone, or silent for 10 s. */
export function isFree(db: Database, owner: AnyPgColumn, now: number): SQL | undefined {
  const { replica } = schema
  const alive = db
    .select({ id: replica.id })
    .from(replica)
    .where(and(eq(replica.id, owner), isNull(replica.goneAt), gt(replica.seenAt, dateOf(now - SILENT_AFTER_MS))))
  return or(isNull(owner), notExists(alive))
}

/** The same, and what this process claimed and left behind: it works on nothing but `inFlight`. */
export function isFreeToUs(
  db: Database,
  columns: { readonly id: AnyPgColumn; readonly owner: AnyPgColumn },
  us: { readonly now: number; readonly replica: string; readonly inFlight: readonly number[] },
): SQL | undefined {
  const isLeft = us.inFlight.length === 0 ? undefined : notInArray(columns.id, [...us.inFlight])
  return or(isFree(db, columns.owner, us.now), and(eq(columns.owner, us.replica), isLeft))
}
