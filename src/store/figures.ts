import { and, count, isNotNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Figures } from '../ports/store/figures.ts'
import { type Database, schema } from './database.ts'

const { accessGrant, message } = schema

export async function figuresOf(db: Database): Promise<Figures> {
  const states = await db
    .select({ state: accessGrant.state, many: count() })
    .from(accessGrant)
    .where(ne(accessGrant.state, 'revoked'))
    .groupBy(accessGrant.state)
  const many = new Map(states.map((row) => [row.state, row.many]))
  const of = (state: string) => many.get(state) ?? 0
  return {
    grants: { planned: of('planned'), granting: of('granting'), active: of('active'), revoking: of('revoking') },
    ...(await revokesOf(db)),
    outbox: await outboxOf(db),
  }
}

async function revokesOf(db: Database): Promise<Pick<Figures, 'overdue' | 'oldestRevokeMs'>> {
  const isEnding = or(sql`${accessGrant.state} = 'revoking'`, sql`${accessGrant.expiresAt} <= now()`)
  const [row] = await db
    .select({
      overdue: count(sql`case when ${accessGrant.state} = 'revoking' then ${accessGrant.overdueSince} end`),
      oldest: msSince(sql`least(${accessGrant.endDueAt}, ${accessGrant.expiresAt})`),
    })
    .from(accessGrant)
    .where(and(ne(accessGrant.state, 'revoked'), isEnding))
  return { overdue: row?.overdue ?? 0, oldestRevokeMs: Number(row?.oldest ?? 0) }
}

async function outboxOf(db: Database): Promise<Figures['outbox']> {
  const since = sql`case when ${message.refMessage} is null then ${message.createdAt} else ${message.nextTryAt} end`
  const [row] = await db
    .select({
      waiting: count(),
      failing: count(sql`case when ${message.tries} > 0 then 1 end`),
      oldest: msSince(since),
    })
    .from(message)
    .where(isNotNull(message.nextTryAt))
  return { waiting: row?.waiting ?? 0, failing: row?.failing ?? 0, oldestMs: Number(row?.oldest ?? 0) }
}

function msSince(at: SQL) {
  return sql<string | null>`greatest(0, extract(epoch from now() - min(${at})) * 1000)`
}
