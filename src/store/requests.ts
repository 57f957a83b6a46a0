import { and, asc, desc, eq, exists, isNotNull, lte, ne, or } from 'drizzle-orm'
import type { AuditEvent } from '../core/audit.ts'
import type { RequestId } from '../core/ids.ts'
import type { Requests } from '../ports/store/requests.ts'
import type { Record } from './audit-rows.ts'
import { type Database, dateOf, schema } from './database.ts'
import { requestOf, voteOf } from './request-rows.ts'
import { touchRequest } from './touch.ts'

const { accessGrant, request, vote } = schema

export function requestsIn(db: Database, now: number, record: Record): Requests {
  const one = (id: RequestId) => db.select().from(request).where(eq(request.id, id))
  return {
    insert: (asked, event) => insertRequest(db, record, asked, event),
    async find(id) {
      const [row] = await one(id)
      return row && requestOf(row)
    },
    async lock(id) {
      const [row] = await one(id).for('update')
      return row && requestOf(row)
    },
    async move(move, event) {
      const moved = await db
        .update(request)
        .set({
          state: move.to,
          decidedAt: dateOf(now),
          decidedBy: move.by ?? null,
          decision: move.decision ?? null,
          remindAt: null,
        })
        .where(and(eq(request.id, move.id), eq(request.state, move.from)))
        .returning({ id: request.id })
      if (moved.length === 0) return false
      await touchRequest(db, move.id, now)
      await record(event)
      return true
    },
    touch: (id) => touchRequest(db, id, now),
    ...listsOf(db, now),
    ...votesIn(db, now, record),
  }
}

/** Of the request around it: the grant that it asks more time for is over. */
export function isExtensionOfEnded(db: Database) {
  return db
    .select({ id: accessGrant.id })
    .from(accessGrant)
    .where(and(eq(accessGrant.id, request.extendsGrant), ne(accessGrant.state, 'active')))
}

type Lists = Pick<Requests, 'ofPerson' | 'pending' | 'extensionsOf' | 'claimLapsed' | 'claimReminders'>

function listsOf(db: Database, now: number): Lists {
  const isPending = eq(request.state, 'pending')
  return {
    async ofPerson(person, limit) {
      const rows = await db
        .select()
        .from(request)
        .where(eq(request.requester, person))
        .orderBy(desc(request.askedAt))
        .limit(limit)
      return rows.map(requestOf)
    },
    async pending() {
      const rows = await db.select().from(request).where(isPending).orderBy(asc(request.askedAt)).limit(500)
      return rows.map(requestOf)
    },
    async extensionsOf(grant) {
      const rows = await db.select().from(request).where(eq(request.extendsGrant, grant)).orderBy(asc(request.askedAt))
      return rows.map(requestOf)
    },
    async claimLapsed(limit) {
      const rows = await db
        .select()
        .from(request)
        .where(and(isPending, or(lte(request.lapsesAt, dateOf(now)), exists(isExtensionOfEnded(db)))))
        .orderBy(asc(request.lapsesAt))
        .limit(limit)
        .for('update', { skipLocked: true })
      return rows.map(requestOf)
    },
    async claimReminders(limit) {
      const isDue = and(isPending, isNotNull(request.remindAt), lte(request.remindAt, dateOf(now)))
      const rows = await db.select().from(request).where(isDue).limit(limit).for('update', { skipLocked: true })
      for (const row of rows) await db.update(request).set({ remindAt: null }).where(eq(request.id, row.id))
      return rows.map(requestOf)
    },
  }
}

function votesIn(db: Database, now: number, record: Record): Pick<Requests, 'votes' | 'putVote'> {
  return {
    async votes(id) {
      const rows = await db
        .select()
        .from(vote)
        .where(eq(vote.requestId, id))
        .orderBy(asc(vote.votedAt), asc(vote.person))
      return rows.map(voteOf)
    },
    async putVote(id, cast, event) {
      const row = { ...cast, reactedAt: cast.reactedAt ?? null, votedAt: dateOf(now) }
      await db
        .insert(vote)
        .values({ requestId: id, ...row })
        .onConflictDoUpdate({ target: [vote.requestId, vote.person], set: row })
      await record(event)
    },
  }
}

type NewRequest = Parameters<Requests['insert']>[0]

async function insertRequest(db: Database, record: Record, asked: NewRequest, event: AuditEvent): Promise<void> {
  await db.insert(request).values({
    id: asked.id,
    state: 'pending',
    requester: asked.requester,
    roleKey: asked.role.key,
    roleHash: asked.role.hash,
    role: asked.role,
    reason: asked.reason,
    durationSeconds: asked.durationSeconds,
    platform: asked.platform,
    askedAt: dateOf(asked.askedAt),
    lapsesAt: dateOf(asked.lapsesAt),
    remindAt: dateOf((asked.askedAt + asked.lapsesAt) / 2),
    extendsGrant: asked.extension?.grant ?? null,
    extendsUntil: asked.extension === undefined ? null : dateOf(asked.extension.until),
    isNewToHomes: true,
  })
  await record(event)
}
