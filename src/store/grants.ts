import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { RequestId } from '../core/ids.ts'
import type { HoldingState } from '../core/protocol/facts.ts'
import type { Grants, HeldSlot } from '../ports/store/grants.ts'
import type { Record } from './audit-rows.ts'
import { comparedGrantsIn } from './compared-grants.ts'
import { type Database, dateOf, msOrNothing, schema } from './database.ts'
import { dueGrantsIn } from './due-grants.ts'
import { extendGrant } from './extend-grant.ts'
import { grantOf } from './grant-rows.ts'
import { moveGrant } from './move-grant.ts'
import { prepareGrant } from './prepare-grant.ts'

const { accessGrant, holding, slot } = schema

export function grantsIn(db: Database, now: number, record: Record): Grants {
  const one = (id: RequestId) => db.select().from(accessGrant).where(eq(accessGrant.id, id))
  return {
    async plan(grant, event) {
      await db
        .insert(accessGrant)
        .values({ ...grant, state: 'planned', plannedAt: dateOf(now), nextTryAt: dateOf(now) })
      await record(event)
    },
    async find(id) {
      const [row] = await one(id)
      return row && grantOf(row)
    },
    async lock(id) {
      const [row] = await one(id).for('update')
      return row && grantOf(row)
    },
    move: (move, event) => moveGrant(db, { now, record }, move, event),
    extend: (longer, event) => extendGrant(db, { now, record }, longer, event),
    held: (id) => heldBy(db, id),
    prepare: (id, subject, targets, event) => prepareGrant(db, { now, record }, { id, subject, targets, event }),
    async startClock(id) {
      const end = sql`${dateOf(now).toISOString()}::timestamptz + make_interval(secs => ${accessGrant.durationSeconds})`
      await db
        .update(accessGrant)
        .set({ startedAt: dateOf(now), expiresAt: end })
        .where(and(eq(accessGrant.id, id), eq(accessGrant.state, 'planned')))
    },
    async setLinger(id, seconds) {
      await db.update(accessGrant).set({ lingerSeconds: seconds }).where(eq(accessGrant.id, id))
    },
    async setError(id, error) {
      await db.update(accessGrant).set({ lastError: error }).where(eq(accessGrant.id, id))
    },
    ...comparedGrantsIn(db, now, record),
    ...dueGrantsIn(db, now),
    async openOf(person) {
      const isOpen = and(eq(accessGrant.person, person), ne(accessGrant.state, 'revoked'))
      return (await db.select().from(accessGrant).where(isOpen)).map(grantOf)
    },
    async unreachable(instances) {
      const rows = await db.select().from(accessGrant).where(ne(accessGrant.state, 'revoked'))
      return rows.map(grantOf).filter((grant) => !instances.includes(grant.instance))
    },
  }
}

async function heldBy(db: Database, id: RequestId): Promise<readonly HeldSlot[]> {
  const rows = await db
    .select({ holding, slot })
    .from(holding)
    .innerJoin(slot, eq(slot.id, holding.slotId))
    .where(inArray(holding.grantId, [id]))
    .orderBy(slot.id)
  return rows.map((row) => ({
    slot: row.slot.name,
    level: row.holding.level,
    state: row.holding.state as HoldingState,
    isReached: row.holding.isReached,
    prior: row.slot.prior ?? undefined,
    priorIsInvitation: row.slot.priorIsInvitation,
    seen: row.slot.seen ?? undefined,
    login: row.slot.subjectLogin,
    tries: row.slot.tries,
    lastError: row.slot.lastError ?? undefined,
    nextTryAt: msOrNothing(row.slot.nextTryAt),
  }))
}
