import { sql } from 'drizzle-orm'
import { boolean, check, foreignKey, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { request } from './request-tables.ts'
import { slot } from './slot-tables.ts'
import { when } from './when.ts'

export const grantMove = pgTable(
  'grant_move',
  { fromState: text('from_state').notNull(), toState: text('to_state').notNull() },
  (t) => [primaryKey({ columns: [t.fromState, t.toState] })],
)

export const accessGrant = pgTable(
  'access_grant',
  {
    id: text('id')
      .primaryKey()
      .references(() => request.id),
    state: text('state').notNull(),
    priorState: text('prior_state'),
    person: text('person').notNull(),
    providerKey: text('provider_key').notNull(),
    instance: text('instance').notNull(),
    subjectId: text('subject_id'),
    durationSeconds: integer('duration_seconds').notNull(),
    plannedAt: when('planned_at').notNull(),
    beganAt: when('began_at'),
    startedAt: when('started_at'),
    expiresAt: when('expires_at'),
    endDueAt: when('end_due_at'),
    endedHow: text('ended_how'),
    endedBy: text('ended_by'),
    failure: jsonb('failure'),
    revokedAt: when('revoked_at'),
    overdueSince: when('overdue_since'),
    warnedAt: when('warned_at'),
    /** Who held the privilege before it was given, by target; emptied when it was compared with who holds it after. */
    holdersBefore: jsonb('holders_before'),
    holdersTryAt: when('holders_try_at'),
    /** How long what was opened with it may go on after its end. */
    lingerSeconds: integer('linger_seconds').notNull().default(0),
    /** For a person, such as one who has an invitation to accept: trying does not end after 15 minutes. */
    isWaiting: boolean('is_waiting').notNull().default(false),
    /** When to look at it again before it has slots: resolving the subject. */
    nextTryAt: when('next_try_at'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
  },
  (t) => [
    index('grant_due').on(t.expiresAt).where(sql`state in ('granting', 'active')`),
    index('grant_open').on(t.state).where(sql`state <> 'revoked'`),
    index('grant_to_compare').on(t.holdersTryAt).where(sql`holders_before is not null`),
    index('grant_to_prepare').on(t.nextTryAt).where(sql`next_try_at is not null`),
    foreignKey({ columns: [t.priorState, t.state], foreignColumns: [grantMove.fromState, grantMove.toState] }),
    check('grant_starts_planned', sql`prior_state is not null or state = 'planned'`),
  ],
)

export const holding = pgTable(
  'holding',
  {
    grantId: text('grant_id')
      .notNull()
      .references(() => accessGrant.id),
    slotId: integer('slot_id')
      .notNull()
      .references(() => slot.id),
    level: text('level').notNull(),
    state: text('state').notNull().default('new'),
    isReached: boolean('is_reached').notNull().default(false),
    mayHave: boolean('may_have').notNull().default(false),
    /** The end that the provider was told, where the slot ends by itself. */
    givenUntil: when('given_until'),
  },
  (t) => [
    primaryKey({ columns: [t.grantId, t.slotId] }),
    index('holding_open').on(t.slotId).where(sql`state <> 'closed'`),
    check('holding_state', sql`state in ('new', 'open', 'watched', 'closed')`),
  ],
)
