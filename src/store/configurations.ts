import { desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../ports/store/store.ts'
import { type Database, dateOf, schema } from './database.ts'

const { configuration } = schema

/** For a statement that asks for more than this. */
export function loadedLast(db: Database): SQL<string | null> {
  return sql<string | null>`${hashOfLast(db)}`
}

function hashOfLast(db: Database) {
  return db.select({ hash: configuration.hash }).from(configuration).orderBy(desc(configuration.loadedAt)).limit(1)
}

export function configurationsIn(db: Database, now: number): Pick<Tx, 'loadConfiguration' | 'loadedLast'> {
  return {
    async loadConfiguration({ hash, content }) {
      const loadedAt = dateOf(now)
      const [before] = await db.select().from(configuration).orderBy(desc(configuration.loadedAt)).limit(1)
      const known = await db
        .update(configuration)
        .set({ loadedAt })
        .where(eq(configuration.hash, hash))
        .returning({ hash: configuration.hash })
      if (known.length > 0) return { isNew: false, before }
      await db.insert(configuration).values({ hash, content, loadedAt }).onConflictDoNothing()
      return { isNew: true, before }
    },
    async loadedLast() {
      const rows = await hashOfLast(db)
      return rows[0]?.hash
    },
  }
}
