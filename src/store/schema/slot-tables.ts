import { sql } from 'drizzle-orm'
import { bigserial, boolean, index, integer, pgTable, serial, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { when } from './when.ts'

export const slot = pgTable(
  'slot',
  {
    id: serial('id').primaryKey(),
    providerKey: text('provider_key').notNull(),
    instance: text('instance').notNull(),
    subjectId: text('subject_id').notNull(),
    subjectLogin: text('subject_login').notNull(),
    name: text('name').notNull(),
    prior: text('prior'),
    priorIsInvitation: boolean('prior_is_invitation').notNull().default(false),
    seen: text('seen'),
    seenAt: when('seen_at'),
    touchedUntil: when('touched_until'),
    owner: text('owner'),
    epoch: integer('epoch').notNull().default(0),
    isUrgent: boolean('is_urgent').notNull().default(false),
    nextTryAt: when('next_try_at'),
    tries: integer('tries').notNull().default(0),
    lastError: text('last_error'),
  },
  (t) => [
    uniqueIndex('slot_identity').on(t.instance, t.subjectId, t.name),
    index('slot_to_work').on(t.nextTryAt).where(sql`next_try_at is not null`),
    index('slot_owned').on(t.owner).where(sql`owner is not null`),
  ],
)

export const attempt = pgTable(
  'attempt',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    slotId: integer('slot_id')
      .notNull()
      .references(() => slot.id),
    grantId: text('grant_id').notNull(),
    direction: text('direction').notNull(),
    level: text('level').notNull(),
    sender: text('sender').notNull(),
    intendedAt: when('intended_at').notNull(),
    lastSendAt: when('last_send_at').notNull(),
    /** How long after its last sending it may still land. */
    windowMs: integer('window_ms').notNull(),
    sentAt: when('sent_at'),
    outcome: text('outcome'),
    detail: text('detail'),
    receipt: text('receipt'),
    /** Nothing of it lands after this moment; null while its sender has not said. */
    landsBefore: when('lands_before'),
    settledAt: when('settled_at'),
  },
  (t) => [
    index('attempt_open').on(t.slotId).where(sql`settled_at is null`),
    index('attempt_by_sender').on(t.sender).where(sql`outcome is null`),
  ],
)

export const replica = pgTable('replica', {
  id: text('id').primaryKey(),
  lock: serial('lock').notNull(),
  startedAt: when('started_at').notNull(),
  seenAt: when('seen_at').notNull(),
  goneAt: when('gone_at'),
})
