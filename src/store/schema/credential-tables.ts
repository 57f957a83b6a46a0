import { sql } from 'drizzle-orm'
import { bigserial, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { accessGrant } from './grant-tables.ts'
import { when } from './when.ts'

export const credential = pgTable(
  'credential',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    grantId: text('grant_id')
      .notNull()
      .references(() => accessGrant.id),
    providerKey: text('provider_key').notNull(),
    instance: text('instance').notNull(),
    device: text('device').notNull(),
    state: text('state').notNull().default('intended'),
    /** The replica that asks for it. */
    sender: text('sender').notNull(),
    intendedAt: when('intended_at').notNull(),
    answerBy: when('answer_by').notNull(),
    /** The latest moment at which it can work, if nobody takes it back before. */
    worksUntil: when('works_until').notNull(),
    /** What taking it back needs, sealed, and the key it is sealed with; erased when it is over. */
    receipt: text('receipt'),
    keyId: text('key_id'),
    owner: text('owner'),
    epoch: integer('epoch').notNull().default(0),
    nextTryAt: when('next_try_at'),
    tries: integer('tries').notNull().default(0),
    lastError: text('last_error'),
    overAt: when('over_at'),
  },
  (t) => [
    index('credential_of_grant').on(t.grantId),
    index('credential_to_withdraw').on(t.nextTryAt).where(sql`next_try_at is not null`),
    index('credential_unanswered').on(t.answerBy).where(sql`state = 'intended'`),
    check('credential_state', sql`state in ('intended', 'issued', 'unknown', 'refused', 'dead', 'expired')`),
    check('credential_receipt', sql`(receipt is not null) = (state = 'issued')`),
  ],
)
