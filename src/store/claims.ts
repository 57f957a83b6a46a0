import { and, eq, gt, isNull, not, notExists, or, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { type Database, SILENT_AFTER_MS, schema } from './database.ts'

/** Numbers or words, as a JSON text: a statement that is prepared once has room for any number of them. */
export type Listed = string | Placeholder

/** What of one kind of work this process is at: it has left behind what it claimed beside that. */
export interface Claimer {
  readonly replica: string | Placeholder
  readonly inFlight: Listed
}

/**
 * A claim is bound to the life of its owner: free when there is none, when it is gone, or silent for 10 s; and to this
 * process, what itself claimed and left behind.
 */
export function isFreeToUs(
  db: Database,
  columns: { readonly id: AnyPgColumn; readonly owner: AnyPgColumn },
  { replica: us, inFlight }: Claimer,
): SQL | undefined {
  const { replica } = schema
  const { id, owner } = columns
  const isHeard = gt(replica.seenAt, sql`now() - make_interval(secs => ${SILENT_AFTER_MS / 1000}::float8)`)
  const alive = db
    .select({ id: replica.id })
    .from(replica)
    .where(and(eq(replica.id, owner), isNull(replica.goneAt), isHeard))
  return or(isNull(owner), notExists(alive), and(eq(owner, us), isNoneOf(id, inFlight)))
}

export function isNoneOf(column: AnyPgColumn, listed: Listed): SQL {
  return not(sql`${listed}::jsonb @> to_jsonb(${column})`)
}

export function listedOf(values: readonly (number | string)[]): string {
  return JSON.stringify(values)
}
