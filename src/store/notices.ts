import { and, asc, eq, inArray, lte } from 'drizzle-orm'
import { z } from 'zod'
import { type DeviceId, personIdOf } from '../core/ids.ts'
import type { Notice, Notices } from '../ports/store/notices.ts'
import { type Database, dateOf, schema } from './database.ts'

const { notice } = schema
const address = z.string().transform(personIdOf)
const row = z.object({ id: z.number(), platform: z.string(), reader: address, tries: z.number() })
const device = z.object({
  person: address,
  device: z.string().transform((id) => id as DeviceId),
  name: z.string(),
  host: z.string(),
})
const stored = z.discriminatedUnion('kind', [
  row.extend({ kind: z.literal('account_bound'), detail: z.object({ person: address, account: z.string() }) }),
  row.extend({ kind: z.literal(['device_bound', 'device_stolen']), detail: device }),
])

/** One of a newer version waits for a server that has its words. */
export const KINDS = ['account_bound', 'device_bound', 'device_stolen'] satisfies Notice['kind'][]

export function noticesIn(db: Database, now: number): Notices {
  return {
    async put(one) {
      await db.insert(notice).values({ ...one, createdAt: dateOf(now), nextTryAt: dateOf(now) })
    },
    async claim(limit, nextTryAt) {
      const rows = await db
        .select()
        .from(notice)
        .where(and(lte(notice.nextTryAt, dateOf(now)), inArray(notice.kind, KINDS)))
        .orderBy(asc(notice.id))
        .limit(limit)
        .for('update', { skipLocked: true })
      for (const { id, tries } of rows) {
        const at = nextTryAt(tries)
        await db
          .update(notice)
          .set({ tries: tries + 1, nextTryAt: at === undefined ? null : dateOf(at) })
          .where(eq(notice.id, id))
      }
      return rows.map((row) => stored.parse(row))
    },
    async sent(id) {
      await db
        .update(notice)
        .set({ sentAt: dateOf(now), nextTryAt: null })
        .where(eq(notice.id, id))
    },
  }
}
