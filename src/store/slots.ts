import { and, asc, desc, eq, inArray, isNotNull, lte, type SQL, sql } from 'drizzle-orm'
import type { ClaimedSlot, Slots, SlotsWanted, WithConfiguration } from '../ports/store/slots.ts'
import { attemptsIn } from './attempts.ts'
import type { Record } from './audit-rows.ts'
import { isOursToWork } from './begun-work.ts'
import { isFreeToUs, isNoneOf, listedOf } from './claims.ts'
import { type Database, dateOf, schema } from './database.ts'
import { loadSlot } from './load-slot.ts'
import { saveSlot } from './save-slot.ts'

const { slot } = schema

export function slotsIn(
  db: Database,
  stamp: { readonly now: number; readonly record: Record; readonly replica: string },
): Slots {
  const { now, replica } = stamp
  const isOurs = (claimed: ClaimedSlot) =>
    and(eq(slot.id, claimed.id), eq(slot.owner, replica), eq(slot.epoch, claimed.epoch))
  return {
    claim: (wanted) => claimSlots(db, stamp, wanted),
    load: (claimed, settings) => loadSlot(db, { ...claimed, owner: replica }, settings),
    save: (claimed, change) => saveSlot(db, stamp, claimed, change),
    ...attemptsIn(db, stamp),
    async release(claimed, next) {
      const nextTryAt = next.atMs === undefined ? null : dateOf(next.atMs)
      const isUrgent = next.atMs !== undefined && claimed.isUrgent
      const row = { owner: null, nextTryAt, tries: next.tries, lastError: next.error ?? null, isUrgent }
      await db.update(slot).set(row).where(isOurs(claimed))
    },
    async hurry(instance) {
      const waits = and(eq(slot.instance, instance), isNotNull(slot.nextTryAt))
      await db
        .update(slot)
        .set({ nextTryAt: dateOf(now) })
        .where(waits)
    },
  }
}

async function claimSlots(
  db: Database,
  { now, replica }: { readonly now: number; readonly replica: string },
  { limit, instances, inFlight, configuration }: SlotsWanted & WithConfiguration,
): Promise<readonly ClaimedSlot[]> {
  const due = await db
    .select({ id: slot.id })
    .from(slot)
    .where(
      and(
        lte(slot.nextTryAt, dateOf(now)),
        isFreeToUs(db, slot, { replica, inFlight: listedOf(inFlight) }),
        isOf(instances),
        isOursToWork(db, configuration),
      ),
    )
    .orderBy(desc(slot.isUrgent), asc(slot.nextTryAt))
    .limit(limit)
    .for('update', { skipLocked: true })
  if (due.length === 0) return []
  const ids = due.map((row) => row.id)
  const rows = await db
    .update(slot)
    .set({ owner: replica, epoch: sql`${slot.epoch} + 1` })
    .where(inArray(slot.id, ids))
    .returning()
  const order = new Map(ids.map((id, n) => [id, n]))
  return rows.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
}

function isOf(instances: SlotsWanted['instances']): SQL | undefined {
  return 'only' in instances ? eq(slot.instance, instances.only) : isNoneOf(slot.instance, listedOf(instances.except))
}
