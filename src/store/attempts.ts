import { and, eq, isNull } from 'drizzle-orm'
import type { Slots } from '../ports/store/slots.ts'
import type { Record } from './audit-rows.ts'
import { type Database, dateOf, schema } from './database.ts'

const { attempt } = schema

/** The row of a write: there before it is sent, and open until its sender wrote how it went and a read settled it. */
export function attemptsIn(
  db: Database,
  stamp: { readonly now: number; readonly record: Record; readonly replica: string },
): Pick<Slots, 'intend' | 'answered'> {
  const { now, record, replica } = stamp
  return {
    async intend(claimed, write, times, event) {
      await mustBeThere(db, replica)
      const [made] = await db
        .insert(attempt)
        .values({
          slotId: claimed.id,
          grantId: write.grant,
          direction: write.direction,
          level: write.level,
          sender: replica,
          intendedAt: dateOf(now),
          lastSendAt: dateOf(now + times.lastSendMs),
          windowMs: times.deadlineMs + times.settleMs + times.lagMs,
        })
        .returning({ id: attempt.id })
      if (made === undefined) throw new Error('no attempt was stored')
      await record(event)
      return made.id
    },
    async answered(id, answer) {
      const landsBefore = dateOf(answer.landsBeforeMs)
      const { outcome, detail = null, receipt = null } = answer
      const said = await db
        .update(attempt)
        .set({ outcome, detail, receipt, landsBefore })
        .where(and(eq(attempt.id, id), isNull(attempt.outcome)))
        .returning({ id: attempt.id })
      if (said.length > 0) await record(answer.event)
    },
  }
}

/**
 * Who was taken for gone has its open attempts answered then, and no later one ever: it may intend nothing by that name.
 * The lock makes both wait for each other.
 */
async function mustBeThere(db: Database, id: string): Promise<void> {
  const { replica } = schema
  const isThere = and(eq(replica.id, id), isNull(replica.goneAt))
  const rows = await db.select({ id: replica.id }).from(replica).where(isThere).for('share')
  if (rows.length === 0) throw new Error('this replica was taken for gone')
}
