import { bigserial, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { when } from './when.ts'

export const configuration = pgTable('configuration', {
  hash: text('hash').primaryKey(),
  content: jsonb('content').notNull(),
  loadedAt: when('loaded_at').notNull(),
})

export const auditEvent = pgTable(
  'audit_event',
  {
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    at: when('at').notNull(),
    name: text('name').notNull(),
    subject: text('subject'),
    actor: text('actor').notNull(),
    trace: text('trace'),
    detail: jsonb('detail').notNull(),
  },
  (t) => [index('audit_by_subject').on(t.subject)],
)
