import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { when } from './when.ts'

/** A person's own page on a platform, since they opened it the last time. */
export const homeView = pgTable(
  'home_view',
  {
    platform: text('platform').notNull(),
    person: text('person').notNull(),
    account: text('account').notNull(),
    openedAt: when('opened_at').notNull(),
    nextPublishAt: when('next_publish_at'),
    /** Somebody publishes it until then, at the latest: nobody else does. */
    takenUntil: when('taken_until'),
    tries: integer('tries').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.platform, t.person] }),
    index('home_to_publish').on(t.nextPublishAt).where(sql`next_publish_at is not null`),
    index('home_opened').on(t.openedAt),
  ],
)
