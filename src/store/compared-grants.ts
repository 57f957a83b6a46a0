import { and, eq, isNotNull, isNull, lte, or } from 'drizzle-orm'
import { z } from 'zod'
import type { RequestId } from '../core/ids.ts'
import type { Grants } from '../ports/store/grants.ts'
import type { Record } from './audit-rows.ts'
import { type Database, dateOf, schema } from './database.ts'

const { accessGrant } = schema
const holders = z.record(z.string(), z.array(z.string()))

/** Who held a privilege before a grant, until it was compared with who holds it after. */
export function comparedGrantsIn(
  db: Database,
  now: number,
  record: Record,
): Pick<Grants, 'setHolders' | 'claimToCompare' | 'compared'> {
  return {
    async setHolders(id, before) {
      await db.update(accessGrant).set({ holdersBefore: before }).where(eq(accessGrant.id, id))
    },
    async claimToCompare(limit, retryMs) {
      const isDue = or(isNull(accessGrant.holdersTryAt), lte(accessGrant.holdersTryAt, dateOf(now)))
      const isOver = and(eq(accessGrant.state, 'revoked'), isNotNull(accessGrant.holdersBefore), isDue)
      const rows = await db.select().from(accessGrant).where(isOver).limit(limit).for('update', { skipLocked: true })
      for (const { id } of rows) {
        await db
          .update(accessGrant)
          .set({ holdersTryAt: dateOf(now + retryMs) })
          .where(eq(accessGrant.id, id))
      }
      return rows.map(({ id, providerKey, instance, holdersBefore }) => {
        return { id: id as RequestId, providerKey, instance, before: holders.parse(holdersBefore) }
      })
    },
    async compared(id, event) {
      await db.update(accessGrant).set({ holdersBefore: null }).where(eq(accessGrant.id, id))
      await record(event)
    },
  }
}
