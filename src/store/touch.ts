import { and, eq, ne, sql } from 'drizzle-orm'
import { type Database, dateOf, schema } from './database.ts'

/** A new revision of the request, and every card and page that shows it is due to be shown again. */
export async function touchRequest(db: Database, id: string, now: number): Promise<void> {
  const { request, message } = schema
  await db
    .update(request)
    .set({ revision: sql`${request.revision} + 1`, isNewToHomes: true })
    .where(eq(request.id, id))
  await db
    .update(message)
    .set({ nextTryAt: dateOf(now), tries: 0 })
    .where(and(eq(message.requestId, id), ne(message.kind, 'line')))
}
