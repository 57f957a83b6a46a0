import { and, asc, eq, exists, inArray, isNull, lte, ne, notExists, or, type SQL, sql } from 'drizzle-orm'
import type { Grants, StoredGrant } from '../ports/store/grants.ts'
import { type Database, dateOf, schema } from './database.ts'
import { grantOf } from './grant-rows.ts'
import { liveCredentials } from './live-credentials.ts'

const { accessGrant, holding } = schema
const skip = { skipLocked: true } as const

type Due = Pick<Grants, 'claimToPrepare' | 'claimDue' | 'claimToClose' | 'claimOverdue' | 'claimToWarn' | 'nextDueInMs'>
type Locked = (isDue: SQL | undefined, limit: number) => Promise<StoredGrant[]>

/** What the passing of time makes due. Asks what is true now, not what should have happened. */
export function dueGrantsIn(db: Database, now: number): Due {
  const locked: Locked = async (isDue: SQL | undefined, limit: number) => {
    const rows = await db
      .select()
      .from(accessGrant)
      .where(isDue)
      .orderBy(asc(accessGrant.id))
      .limit(limit)
      .for('update', skip)
    return rows.map(grantOf)
  }
  return {
    async claimToPrepare(limit, nextTryAt) {
      const isDue = and(
        eq(accessGrant.state, 'planned'),
        isNull(accessGrant.subjectId),
        lte(accessGrant.nextTryAt, dateOf(now)),
      )
      const due = await locked(isDue, limit)
      for (const grant of due) {
        const next = { attempts: grant.attempts + 1, nextTryAt: dateOf(nextTryAt(grant.attempts)) }
        await db.update(accessGrant).set(next).where(eq(accessGrant.id, grant.id))
      }
      return due
    },
    claimDue: (limit, giveUpMs) => locked(isOver(now, giveUpMs), limit),
    claimToClose: (limit) => locked(isAllGone(db), limit),
    ...noticesIn(db, now, locked),
    nextDueInMs: (giveUpMs, begins) => nextDueInMs(db, giveUpMs, begins),
  }
}

/** What people are told once, when its time comes. */
function noticesIn(db: Database, now: number, locked: Locked): Pick<Due, 'claimOverdue' | 'claimToWarn'> {
  return {
    async claimOverdue(limit, afterMs) {
      const isUp = db
        .select({ id: holding.slotId })
        .from(holding)
        .where(and(eq(holding.grantId, accessGrant.id), inArray(holding.state, ['new', 'open'])))
      const isLate = and(
        eq(accessGrant.state, 'revoking'),
        isNull(accessGrant.overdueSince),
        lte(accessGrant.endDueAt, dateOf(now - afterMs)),
      )
      const due = await locked(and(isLate, or(exists(isUp), exists(liveCredentials(db)))), limit)
      for (const { id } of due)
        await db
          .update(accessGrant)
          .set({ overdueSince: dateOf(now) })
          .where(eq(accessGrant.id, id))
      return due
    },
    async claimToWarn(limit) {
      const due = await locked(
        and(
          eq(accessGrant.state, 'active'),
          isNull(accessGrant.warnedAt),
          sql`${warnAt} <= ${dateOf(now).toISOString()}::timestamptz`,
        ),
        limit,
      )
      for (const { id } of due)
        await db
          .update(accessGrant)
          .set({ warnedAt: dateOf(now) })
          .where(eq(accessGrant.id, id))
      return due
    },
  }
}

/** 5 minutes before the end, or a tenth of the time when that is shorter. */
const warnAt = sql`${accessGrant.expiresAt} - least(interval '5 minutes', make_interval(secs => ${accessGrant.durationSeconds} / 10.0))`

function isOver(now: number, giveUpMs: number): SQL | undefined {
  const at = dateOf(now)
  const longAgo = dateOf(now - giveUpMs)
  return or(
    and(inArray(accessGrant.state, ['granting', 'active']), lte(accessGrant.expiresAt, at)),
    and(eq(accessGrant.state, 'granting'), eq(accessGrant.isWaiting, false), lte(accessGrant.beganAt, longAgo)),
    and(eq(accessGrant.state, 'planned'), lte(accessGrant.plannedAt, longAgo)),
  )
}

/** Nothing of it is left to take away, and nobody has said so: the last of it was a credential, or nothing was ever given. */
function isAllGone(db: Database): SQL | undefined {
  const open = db
    .select({ id: holding.slotId })
    .from(holding)
    .where(and(eq(holding.grantId, accessGrant.id), ne(holding.state, 'closed')))
  return and(eq(accessGrant.state, 'revoking'), notExists(open), notExists(liveCredentials(db)))
}

async function nextDueInMs(db: Database, giveUpMs: number, begins: boolean): Promise<number | undefined> {
  const giveUp = sql`make_interval(secs => ${giveUpMs / 1000}::float8)`
  const begin = begins ? sql`${accessGrant.nextTryAt}` : sql`null::timestamptz`
  const next = sql<string | null>`extract(epoch from min(least(
    case when ${accessGrant.state} in ('granting', 'active') then ${accessGrant.expiresAt} end,
    case when ${accessGrant.state} = 'active' and ${accessGrant.warnedAt} is null then ${warnAt} end,
    case when ${accessGrant.state} = 'granting' and not ${accessGrant.isWaiting} then ${accessGrant.beganAt} + ${giveUp} end,
    case when ${accessGrant.state} = 'planned' then least(${begin}, ${accessGrant.plannedAt} + ${giveUp}) end,
    case when ${accessGrant.state} = 'revoking' and ${accessGrant.overdueSince} is null
      then greatest(${accessGrant.endDueAt} + interval '30 seconds', now() + interval '1 second') end
  )) - now()) * 1000`
  const [row] = await db.select({ next }).from(accessGrant).where(sql`${accessGrant.state} <> 'revoked'`)
  return row?.next === undefined || row.next === null ? undefined : Math.max(0, Number(row.next))
}
