import { and, asc, eq, inArray, isNotNull, lte, or, type SQL } from 'drizzle-orm'
import type { AuditEvent } from '../core/audit.ts'
import type { Credentials, StoredCredential } from '../ports/store/credentials.ts'
import type { Record } from './audit-rows.ts'
import { claimCredentials } from './claim-credentials.ts'
import { storedCredential } from './credential-rows.ts'
import { type Database, dateOf, schema } from './database.ts'
import { isSenderGone } from './live-credentials.ts'
import { touchRequest } from './touch.ts'

const { credential } = schema

interface Stamp {
  readonly now: number
  readonly record: Record
  readonly replica: string
}

type Change = Partial<typeof credential.$inferInsert>

export function credentialsIn(db: Database, stamp: Stamp): Credentials {
  const { now, record, replica } = stamp
  /** The only way in which a credential changes its state. */
  const move = async (which: SQL | undefined, change: Change, event: AuditEvent) => {
    const moved = await db.update(credential).set(change).where(which).returning({ grantId: credential.grantId })
    for (const { grantId } of moved) await touchRequest(db, grantId, now)
    if (moved.length > 0) await record(event)
    return moved.length > 0
  }
  return {
    async intend(intent, eventOf) {
      const { worksUntil, answerBy, ...rest } = intent
      const times = { intendedAt: dateOf(now), worksUntil: dateOf(worksUntil), answerBy: dateOf(answerBy) }
      const [made] = await db
        .insert(credential)
        .values({ ...rest, ...times, sender: replica })
        .returning({ id: credential.id })
      if (made === undefined) throw new Error('no intent was stored')
      await record(eventOf(made.id))
      return made.id
    },
    issued({ id }, { receipt, expiresAt, dueAt }, event) {
      const which = and(eq(credential.id, id), inArray(credential.state, ['intended', 'unknown']))
      const sealed = { receipt: receipt.text, keyId: receipt.keyId }
      const times = { worksUntil: dateOf(expiresAt), nextTryAt: dateOf(dueAt) }
      return move(which, { state: 'issued', ...sealed, ...times }, event)
    },
    returned: ({ id }, event) =>
      move(and(eq(credential.id, id), eq(credential.state, 'issued')), { nextTryAt: dateOf(now) }, event),
    notIssued: ({ id }, to, event) =>
      move(and(eq(credential.id, id), eq(credential.state, 'intended')), { state: to }, event),
    over({ id, epoch }, to, event) {
      const isOurs = and(eq(credential.id, id), eq(credential.owner, replica), eq(credential.epoch, epoch))
      const nothing = { receipt: null, keyId: null, owner: null, nextTryAt: null, lastError: null }
      return move(and(isOurs, eq(credential.state, 'issued')), { state: to, overAt: dateOf(now), ...nothing }, event)
    },
    ...readingIn(db, now),
    ...claimsIn(db, stamp),
  }
}

function readingIn(db: Database, now: number): Pick<Credentials, 'ofGrant' | 'lock' | 'claimUnanswered'> {
  return {
    async ofGrant(id) {
      const rows = await db.select().from(credential).where(eq(credential.grantId, id)).orderBy(asc(credential.id))
      return rows.map(storedCredential)
    },
    async lock(id) {
      const [row] = await db.select().from(credential).where(eq(credential.id, id)).for('update')
      return row && storedCredential(row)
    },
    claimUnanswered: (limit) => claimUnanswered(db, now, limit),
  }
}

async function claimUnanswered(db: Database, now: number, limit: number): Promise<readonly StoredCredential[]> {
  const rows = await db
    .select()
    .from(credential)
    .where(and(eq(credential.state, 'intended'), or(lte(credential.answerBy, dateOf(now)), isSenderGone(db))))
    .orderBy(asc(credential.id))
    .limit(limit)
    .for('update', { skipLocked: true })
  return rows.map(storedCredential)
}

function claimsIn(db: Database, stamp: Stamp): Pick<Credentials, 'claim' | 'release' | 'hurry'> {
  const { now, replica } = stamp
  return {
    claim: (wanted) => claimCredentials(db, stamp, wanted),
    async release({ id, epoch }, next) {
      const row = { owner: null, nextTryAt: dateOf(next.atMs), tries: next.tries, lastError: next.error ?? null }
      const isOurs = and(eq(credential.id, id), eq(credential.owner, replica), eq(credential.epoch, epoch))
      await db.update(credential).set(row).where(isOurs)
    },
    async hurry(instance) {
      const waits = and(
        eq(credential.instance, instance),
        isNotNull(credential.nextTryAt),
        isNotNull(credential.lastError),
      )
      await db
        .update(credential)
        .set({ nextTryAt: dateOf(now) })
        .where(waits)
    },
  }
}
