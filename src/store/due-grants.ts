import { and, asc, eq, exists, inArray, isNull, lte, ne, notExists, or, type SQL, sql } from 'drizzle-orm'
import type { Grants, StoredGrant } from '../ports/store/grants.ts'
import { type Database, dateOf, schema } from './database.ts'
import { grantOf } from './grant-rows.ts'
import { liveCredentials } from './live-credentials.ts'

const { accessGrant, holding } = schema
const skip = { skipLocked: true } as const

type Due = Pick<Grants, 'claimToPrepare' | 'claimDue' | 'claimToClose' | 'claimOverdue' | 'claimToWarn'>
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
  }
}

/** What people are told once, when its time comes. */
function noticesIn(db: Database, now: number, locked: Locked): Pick<Due, 'claimOverdue' | 'claimToWarn'> {
  return {
    async claimOverdue(limit, afterMs) {
      const isLate = and(
        eq(accessGrant.state, 'revoking'),
        isNull(accessGrant.overdueSince),
        lte(accessGrant.endDueAt, dateOf(now - afterMs)),
      )
      const due = await locked(and(isLate, isAbove(db)), limit)
      for (const { id } of due)
        await db
          .update(accessGrant)
          .set({ overdueSince: dateOf(now) })
          .where(eq(accessGrant.id, id))
      return due
    },
    async claimToWarn(limit) {
      const isNow = sql`${warnAt} <= ${dateOf(now).toISOString()}::timestamptz`
      const due = await locked(and(isToWarn, isNow), limit)
      for (const { id } of due)
        await db
          .update(accessGrant)
          .set({ warnedAt: dateOf(now) })
          .where(eq(accessGrant.id, id))
      return due
    },
  }
}

/** Its end has come, and something of it may still be there. */
export function isAbove(db: Database): SQL | undefined {
  const isUp = db
    .select({ id: holding.slotId })
    .from(holding)
    .where(and(eq(holding.grantId, accessGrant.id), inArray(holding.state, ['new', 'open'])))
  return or(exists(isUp), exists(liveCredentials(db)))
}

/** 5 minutes before the end, or a tenth of the time when that is shorter. */
export const warnAt: SQL = sql`${accessGrant.expiresAt} - least(interval '5 minutes', make_interval(secs => ${accessGrant.durationSeconds} / 10.0))`

/** Those that end soon, so that an index finds them: of the others none is to be warned yet. */
export const isToWarn: SQL | undefined = and(
  eq(accessGrant.state, 'active'),
  isNull(accessGrant.warnedAt),
  sql`${accessGrant.expiresAt} <= now() + interval '6 minutes'`,
)

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
export function isAllGone(db: Database): SQL | undefined {
  const open = db
    .select({ id: holding.slotId })
    .from(holding)
    .where(and(eq(holding.grantId, accessGrant.id), ne(holding.state, 'closed')))
  return and(eq(accessGrant.state, 'revoking'), notExists(open), notExists(liveCredentials(db)))
}
