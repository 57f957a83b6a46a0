import { and, eq, isNotNull, isNull, lt, notExists, or, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { type Database, schema } from './database.ts'

const { message } = schema
const earlier = alias(message, 'earlier')
/** The card that a message stands under. */
export const root = alias(message, 'root')

/**
 * Of a message joined with its root: what stands in a thread waits for its root, and for what comes before it. A thread is
 * read from top to bottom.
 */
export function isNextInThread(db: Database): SQL | undefined {
  const before = db
    .select({ id: earlier.id })
    .from(earlier)
    .where(
      and(
        eq(earlier.parentId, message.parentId),
        lt(earlier.id, message.id),
        isNotNull(earlier.nextTryAt),
        isNull(earlier.refMessage),
      ),
    )
  return and(or(isNull(message.parentId), isNotNull(root.refMessage)), notExists(before))
}
