import { sql } from 'drizzle-orm'
import { bigint, bigserial, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { request } from './request-tables.ts'
import { when } from './when.ts'

export const message = pgTable(
  'message',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    requestId: text('request_id')
      .notNull()
      .references(() => request.id),
    /** `card` shows the request, as a root or (of an extension) in the thread of the root of the grant; `copy` stands beside that one, such as one that was lost and turned up; `line` a thread line with content of its own. */
    kind: text('kind').notNull(),
    platform: text('platform').notNull(),
    audience: text('audience').notNull(),
    /** The channel, or the person of a direct message. */
    place: text('place').notNull(),
    parentId: bigint('parent_id', { mode: 'number' }),
    content: jsonb('content'),
    refChannel: text('ref_channel'),
    refMessage: text('ref_message'),
    shownRevision: integer('shown_revision'),
    owner: text('owner'),
    epoch: integer('epoch').notNull().default(0),
    nextTryAt: when('next_try_at'),
    tries: integer('tries').notNull().default(0),
    lastError: text('last_error'),
    createdAt: when('created_at').notNull(),
  },
  (t) => [
    index('message_to_send').on(t.nextTryAt).where(sql`next_try_at is not null`),
    index('message_before').on(t.parentId, t.id).where(sql`next_try_at is not null and ref_message is null`),
    index('message_of_request').on(t.requestId),
    uniqueIndex('message_ref').on(t.platform, t.refChannel, t.refMessage).where(sql`ref_message is not null`),
    uniqueIndex('message_one_root').on(t.requestId, t.platform, t.audience, t.place).where(sql`kind = 'card'`),
  ],
)

export const accountBinding = pgTable(
  'account_binding',
  {
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    account: text('account').notNull(),
    person: text('person').notNull(),
    boundAt: when('bound_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.platform, t.tenant, t.account] }),
    uniqueIndex('binding_one_account').on(t.platform, t.person),
  ],
)

export const subjectBinding = pgTable(
  'subject_binding',
  {
    person: text('person').notNull(),
    instance: text('instance').notNull(),
    subjectId: text('subject_id').notNull(),
    login: text('login').notNull(),
    boundAt: when('bound_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.person, t.instance] }),
    uniqueIndex('subject_one_person').on(t.instance, t.subjectId),
  ],
)

export const delivery = pgTable(
  'delivery',
  { id: text('id').primaryKey(), keepUntil: when('keep_until').notNull() },
  (t) => [index('delivery_old').on(t.keepUntil)],
)
