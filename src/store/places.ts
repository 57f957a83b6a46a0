import { and, desc, eq, sql } from 'drizzle-orm'
import type { HeardPlace, PlaceKey, Places } from '../ports/store/places.ts'
import { type Database, dateOf, schema } from './database.ts'

const { heardPlace } = schema

export function placesIn(db: Database, now: number): Places {
  const isOf = ({ platform, tenant }: Pick<PlaceKey, 'platform' | 'tenant'>) =>
    and(eq(heardPlace.platform, platform), eq(heardPlace.tenant, tenant))
  const isIt = (key: PlaceKey) => and(isOf(key), eq(heardPlace.place, key.place))
  return {
    async remember(place) {
      const row = { ...place, heardAt: dateOf(now) }
      await db
        .insert(heardPlace)
        .values(row)
        .onConflictDoUpdate({
          target: [heardPlace.platform, heardPlace.tenant, heardPlace.place],
          set: {
            kind: place.kind,
            serviceUrl: place.serviceUrl,
            isSharedOutside: sql`coalesce(excluded.is_shared_outside, ${heardPlace.isSharedOutside})`,
            heardAt: dateOf(now),
            conversation: sql`coalesce(excluded.conversation, ${heardPlace.conversation})`,
            member: sql`coalesce(excluded.member, ${heardPlace.member})`,
            seenIn: sql`coalesce(excluded.seen_in, ${heardPlace.seenIn})`,
          },
        })
    },
    async find(key) {
      const [row] = await db.select().from(heardPlace).where(isIt(key))
      return row && placeOf(row)
    },
    async forget(key) {
      await db.delete(heardPlace).where(and(isIt(key), sql`${heardPlace.isSharedOutside} is not true`))
    },
    async findByConversation(of, conversation) {
      const [row] = await db
        .select()
        .from(heardPlace)
        .where(and(isOf(of), eq(heardPlace.conversation, conversation)))
      return row && placeOf(row)
    },
    async channels(of, limit) {
      const isChannel = and(isOf(of), eq(heardPlace.kind, 'channel'))
      const rows = await db.select().from(heardPlace).where(isChannel).orderBy(desc(heardPlace.heardAt)).limit(limit)
      return rows.map(placeOf)
    },
    async latest(of) {
      const [row] = await db.select().from(heardPlace).where(isOf(of)).orderBy(desc(heardPlace.heardAt)).limit(1)
      return row && placeOf(row)
    },
  }
}

function placeOf(row: typeof heardPlace.$inferSelect): HeardPlace {
  const { platform, tenant, place, serviceUrl } = row
  return {
    ...{ platform, tenant, place, serviceUrl },
    isSharedOutside: row.isSharedOutside ?? undefined,
    kind: row.kind === 'account' ? 'account' : 'channel',
    conversation: row.conversation ?? undefined,
    member: row.member ?? undefined,
    seenIn: row.seenIn ?? undefined,
  }
}
