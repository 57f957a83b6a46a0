import { and, eq, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { type Database, schema } from './database.ts'

const { message } = schema
const first = alias(message, 'first')
/** The card that a message stands under. */
export const root = alias(message, 'root')

/**
 * Of a message joined with its root: what stands in a thread waits for its root, and for what comes before it. A thread is
 * read from top to bottom. The first that is not posted is looked up for each message: a join would compare each with each.
 */
export function isNextInThread(db: Database): SQL | undefined {
  const isWaiting = and(eq(first.parentId, message.parentId), isNotNull(first.nextTryAt), isNull(first.refMessage))
  const waiting = db
    .select({ id: sql`min(${first.id})` })
    .from(first)
    .where(isWaiting)
  return and(
    or(isNull(message.parentId), isNotNull(root.refMessage)),
    sql`coalesce(${waiting}, ${message.id}) >= ${message.id}`,
  )
}
