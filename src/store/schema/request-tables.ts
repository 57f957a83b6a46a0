import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { when } from './when.ts'

export const requestMove = pgTable(
  'request_move',
  { fromState: text('from_state').notNull(), toState: text('to_state').notNull() },
  (t) => [primaryKey({ columns: [t.fromState, t.toState] })],
)

export const request = pgTable(
  'request',
  {
    id: text('id').primaryKey(),
    state: text('state').notNull(),
    priorState: text('prior_state'),
    revision: integer('revision').notNull().default(1),
    requester: text('requester').notNull(),
    roleKey: text('role_key').notNull(),
    roleHash: text('role_hash').notNull(),
    /** The role as it was when it was asked for: what people were shown and voted on. */
    role: jsonb('role').notNull(),
    reason: text('reason').notNull(),
    durationSeconds: integer('duration_seconds').notNull(),
    platform: text('platform').notNull(),
    askedAt: when('asked_at').notNull(),
    lapsesAt: when('lapses_at').notNull(),
    remindAt: when('remind_at'),
    decidedAt: when('decided_at'),
    decidedBy: text('decided_by'),
    decision: text('decision'),
    /** Of an extension: the grant, which bears the id of its own request, and the end that is asked for. */
    extendsGrant: text('extends_grant').references((): AnyPgColumn => request.id),
    extendsUntil: when('extends_until'),
    /** The pages of those whom it concerns do not show what has become of it yet. */
    isNewToHomes: boolean('is_new_to_homes').notNull().default(false),
  },
  (t) => [
    index('request_new_to_homes').on(t.id).where(sql`is_new_to_homes`),
    index('request_open').on(t.lapsesAt).where(sql`state = 'pending'`),
    index('request_by_person').on(t.requester, t.askedAt),
    index('request_by_grant').on(t.extendsGrant).where(sql`extends_grant is not null`),
    foreignKey({ columns: [t.priorState, t.state], foreignColumns: [requestMove.fromState, requestMove.toState] }),
    check('request_starts_pending', sql`prior_state is not null or state = 'pending'`),
    check('request_duration', sql`duration_seconds > 0`),
    check('request_extension', sql`(extends_grant is null) = (extends_until is null)`),
  ],
)

export const vote = pgTable(
  'vote',
  {
    requestId: text('request_id')
      .notNull()
      .references(() => request.id),
    person: text('person').notNull(),
    value: text('value').notNull(),
    stage: integer('stage').notNull(),
    comment: text('comment').notNull(),
    platform: text('platform').notNull(),
    account: text('account').notNull(),
    delivery: text('delivery').notNull(),
    cardRevision: integer('card_revision').notNull(),
    /** Of the newest reaction of this person on this card, in microseconds of the platform. */
    reactedAt: bigint('reacted_at', { mode: 'number' }),
    votedAt: when('voted_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.requestId, t.person] }),
    check('vote_value', sql`value in ('yes', 'no', 'withdrawn')`),
  ],
)
