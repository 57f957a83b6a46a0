import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { when } from './when.ts'

/** A device that asks to be somebody's. Codes are here as hashes only. */
export const deviceLogin = pgTable(
  'device_login',
  {
    id: text('id').primaryKey(),
    state: text('state').notNull().default('asked'),
    deviceCodeHash: text('device_code_hash').notNull(),
    userCodeHash: text('user_code_hash').notNull(),
    name: text('name').notNull(),
    host: text('host').notNull(),
    thumbprint: text('thumbprint').notNull(),
    address: text('address').notNull(),
    /** Who typed the code, through which account. */
    person: text('person'),
    platform: text('platform'),
    tenant: text('tenant'),
    account: text('account'),
    deviceId: text('device_id'),
    askedAt: when('asked_at').notNull(),
    expiresAt: when('expires_at').notNull(),
    polledAt: when('polled_at'),
    intervalSeconds: integer('interval_seconds').notNull(),
  },
  (t) => [
    uniqueIndex('device_login_device_code').on(t.deviceCodeHash),
    uniqueIndex('device_login_user_code').on(t.userCodeHash),
    index('device_login_old').on(t.expiresAt),
    check('device_login_state', sql`state in ('asked', 'confirmed', 'refused', 'used')`),
  ],
)

/** When a person typed wrong codes, in ms: one row a person, to be locked. */
export const wrongCodes = pgTable('wrong_codes', {
  person: text('person').primaryKey(),
  at: jsonb('at').notNull(),
})

export const device = pgTable(
  'device',
  {
    id: text('id').primaryKey(),
    person: text('person').notNull(),
    name: text('name').notNull(),
    host: text('host').notNull(),
    thumbprint: text('thumbprint').notNull(),
    /** Through which its person confirmed it. */
    platform: text('platform').notNull(),
    account: text('account').notNull(),
    boundAt: when('bound_at').notNull(),
    seenAt: when('seen_at').notNull(),
    aliveUntil: when('alive_until').notNull(),
    endedAt: when('ended_at'),
  },
  (t) => [
    index('device_of_person').on(t.person).where(sql`ended_at is null`),
    index('device_by_key').on(t.thumbprint).where(sql`ended_at is null`),
  ],
)

export const refreshToken = pgTable(
  'refresh_token',
  {
    hash: text('hash').primaryKey(),
    deviceId: text('device_id')
      .notNull()
      .references(() => device.id),
    issuedAt: when('issued_at').notNull(),
    expiresAt: when('expires_at').notNull(),
    usedAt: when('used_at'),
  },
  (t) => [index('refresh_token_old').on(t.expiresAt)],
)
