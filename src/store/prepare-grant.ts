import { and, eq, ne } from 'drizzle-orm'
import type { AuditEvent } from '../core/audit.ts'
import { type Subject, slotNameFor, type Target } from '../core/target.ts'
import type { Record } from './audit-rows.ts'
import { type Database, dateOf, schema } from './database.ts'
import { grantOf } from './grant-rows.ts'
import { touchRequest } from './touch.ts'

const { accessGrant, holding, slot } = schema

interface Preparation {
  readonly id: string
  readonly subject: Subject
  readonly targets: readonly Target[]
  readonly event: AuditEvent
}

/** Pins the subject, makes the slots that are not there yet, and one holding a target. */
export async function prepareGrant(
  db: Database,
  stamp: { readonly now: number; readonly record: Record },
  { id, subject, targets, event }: Preparation,
): Promise<void> {
  const { now, record } = stamp
  const [row] = await db
    .update(accessGrant)
    .set({ subjectId: subject.id, nextTryAt: null, lastError: null })
    .where(and(eq(accessGrant.id, id), eq(accessGrant.state, 'planned')))
    .returning()
  if (row === undefined) return
  const { instance, providerKey } = grantOf(row)
  for (const target of targets.toSorted((a, b) => (a.slot < b.slot ? -1 : 1))) {
    const place = { providerKey, instance, subjectId: subject.id, name: slotNameFor(target, id) }
    const due = { subjectLogin: subject.login, providerKey, nextTryAt: dateOf(now), tries: 0 }
    const [made] = await db
      .insert(slot)
      .values({ ...place, ...due })
      .onConflictDoUpdate({ target: [slot.instance, slot.subjectId, slot.name], set: due })
      .returning({ id: slot.id })
    if (made === undefined) throw new Error(`no slot ${target.slot}`)
    await forgetOldPrior(db, made.id)
    await db.insert(holding).values({ grantId: id, slotId: made.id, level: target.level })
  }
  await touchRequest(db, id, now)
  await record(event)
}

/** What a slot's last opening knew says nothing about the next one. */
async function forgetOldPrior(db: Database, slotId: number): Promise<void> {
  const open = await db
    .select({ grantId: holding.grantId })
    .from(holding)
    .where(and(eq(holding.slotId, slotId), ne(holding.state, 'closed')))
    .limit(1)
  if (open.length === 0)
    await db.update(slot).set({ prior: null, priorIsInvitation: false, seen: null }).where(eq(slot.id, slotId))
}
