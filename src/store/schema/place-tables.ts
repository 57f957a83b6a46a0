import { boolean, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { when } from './when.ts'

export const heardPlace = pgTable(
  'heard_place',
  {
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    /** The id of a channel or a chat, or of an account. */
    place: text('place').notNull(),
    kind: text('kind').notNull(),
    serviceUrl: text('service_url').notNull(),
    conversation: text('conversation'),
    member: text('member'),
    seenIn: text('seen_in'),
    isSharedOutside: boolean('is_shared_outside'),
    heardAt: when('heard_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.platform, t.tenant, t.place] }),
    index('heard_place_conversation').on(t.platform, t.tenant, t.conversation),
    index('heard_place_latest').on(t.platform, t.tenant, t.heardAt),
  ],
)
