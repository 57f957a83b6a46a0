import { and, eq, exists, isNull, ne, or, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { loadedLast } from './configurations.ts'
import { type Database, schema } from './database.ts'

const { accessGrant, attempt, holding, slot } = schema

/**
 * A process whose configuration is not the last one begins nothing: a slot on which there is nothing else to do is left
 * to those that may, for whoever claims it puts off its next try.
 */
export function isOursToWork(db: Database, configuration: string | Placeholder): SQL | undefined {
  return or(sql`coalesce(${loadedLast(db)}, ${configuration}) = ${configuration}`, hasBegunWork(db))
}

function hasBegunWork(db: Database): SQL | undefined {
  const open = db
    .select({ id: attempt.id })
    .from(attempt)
    .where(and(eq(attempt.slotId, slot.id), isNull(attempt.settledAt)))
  const isUnderWay = and(eq(accessGrant.state, 'granting'), eq(holding.isReached, false))
  const begun = db
    .select({ id: holding.grantId })
    .from(holding)
    .innerJoin(accessGrant, eq(accessGrant.id, holding.grantId))
    .where(
      and(
        eq(holding.slotId, slot.id),
        ne(holding.state, 'closed'),
        or(eq(accessGrant.state, 'revoking'), eq(holding.state, 'watched'), isUnderWay),
      ),
    )
  return or(exists(open), exists(begun))
}
