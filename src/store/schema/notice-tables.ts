import { sql } from 'drizzle-orm'
import { bigserial, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { when } from './when.ts'

export const notice = pgTable(
  'notice',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    kind: text('kind').notNull(),
    /** Where it is told, and to which person. */
    platform: text('platform').notNull(),
    reader: text('reader').notNull(),
    detail: jsonb('detail').notNull(),
    nextTryAt: when('next_try_at'),
    tries: integer('tries').notNull().default(0),
    createdAt: when('created_at').notNull(),
    sentAt: when('sent_at'),
  },
  (t) => [index('notice_to_send').on(t.nextTryAt).where(sql`next_try_at is not null`)],
)
