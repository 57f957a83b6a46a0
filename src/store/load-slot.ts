import { and, asc, eq, inArray, isNull, ne } from 'drizzle-orm'
import type { GrantState } from '../core/grant-state.ts'
import type { RequestId } from '../core/ids.ts'
import type { Levels } from '../core/level.ts'
import type { GrantFacts, Holding, HoldingState, OpenAttempt, SlotFacts } from '../core/protocol/facts.ts'
import type { ClaimedSlot } from '../ports/store/slots.ts'
import { type Database, msOf, msOrNothing, schema } from './database.ts'
import { grantsWithCredentials } from './live-credentials.ts'

const { accessGrant, attempt, holding, slot } = schema
type HoldingRow = typeof holding.$inferSelect

/** Grants first, in the order of their ids, then the slot: the order in which everybody locks. */
export async function loadSlot(
  db: Database,
  claimed: ClaimedSlot & { readonly owner: string },
  settings: { readonly levels: Levels; readonly readLagMs: number },
): Promise<SlotFacts | undefined> {
  const grants = await lockGrants(db, claimed.id, await openHoldings(db, claimed.id))
  const [row] = await db
    .select()
    .from(slot)
    .where(and(eq(slot.id, claimed.id), eq(slot.owner, claimed.owner), eq(slot.epoch, claimed.epoch)))
    .for('update')
  if (row === undefined) return undefined
  const holdings = await openHoldings(db, claimed.id)
  // Those that came between the two queries; should the other order of locks end in a deadlock, it is tried again.
  const late = await lockGrants(
    db,
    claimed.id,
    holdings.filter((one) => !grants.has(one.grantId as RequestId)),
  )
  return {
    levels: settings.levels,
    readLagMs: settings.readLagMs,
    endsItself: holdings.some((one) => claimed.name.endsWith(`:${one.grantId}`)),
    prior: row.prior ?? undefined,
    priorIsInvitation: row.priorIsInvitation,
    seen: row.seen ?? undefined,
    touchedUntil: msOrNothing(row.touchedUntil),
    holdings: holdings.map(holdingOf),
    grants: new Map([...grants, ...late]),
    attempts: await openAttempts(db, claimed.id),
  }
}

async function lockGrants(
  db: Database,
  slotId: number,
  holdings: readonly HoldingRow[],
): Promise<Map<RequestId, GrantFacts>> {
  const ids = holdings.map((one) => one.grantId)
  if (ids.length === 0) return new Map()
  const rows = await db
    .select()
    .from(accessGrant)
    .where(inArray(accessGrant.id, ids))
    .orderBy(asc(accessGrant.id))
    .for('update')
  const others = await db
    .select()
    .from(holding)
    .where(and(inArray(holding.grantId, ids), ne(holding.slotId, slotId)))
  const withCredentials = await grantsWithCredentials(db, ids)
  return new Map(rows.map((row) => [row.id as RequestId, grantFactsOf(row, others, withCredentials)]))
}

function grantFactsOf(
  row: typeof accessGrant.$inferSelect,
  others: readonly HoldingRow[],
  withCredentials: ReadonlySet<string>,
): GrantFacts {
  return {
    id: row.id as RequestId,
    state: row.state as GrantState,
    durationSeconds: row.durationSeconds,
    beganAt: msOrNothing(row.beganAt),
    startedAt: msOrNothing(row.startedAt),
    expiresAt: msOrNothing(row.expiresAt),
    hasCredentials: withCredentials.has(row.id),
    elsewhere: others.filter((one) => one.grantId === row.id).map(holdingOf),
  }
}

function openHoldings(db: Database, slotId: number): Promise<HoldingRow[]> {
  return db
    .select()
    .from(holding)
    .where(and(eq(holding.slotId, slotId), ne(holding.state, 'closed')))
    .orderBy(asc(holding.grantId))
}

function holdingOf(row: HoldingRow): Holding {
  const { level, isReached, mayHave } = row
  const facts = { level, isReached, mayHave, givenUntil: msOrNothing(row.givenUntil) }
  return { grant: row.grantId as RequestId, state: row.state as HoldingState, ...facts }
}

async function openAttempts(db: Database, slotId: number): Promise<OpenAttempt[]> {
  const rows = await db
    .select()
    .from(attempt)
    .where(and(eq(attempt.slotId, slotId), isNull(attempt.settledAt)))
    .orderBy(asc(attempt.id))
  return rows.map((row) => ({
    id: row.id,
    direction: row.direction as OpenAttempt['direction'],
    level: row.level,
    landsBefore: row.landsBefore === null ? Number.POSITIVE_INFINITY : msOf(row.landsBefore),
  }))
}
