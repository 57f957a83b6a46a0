import { asc, eq } from 'drizzle-orm'
import type { AuditEvent, AuditName } from '../core/audit.ts'
import type { RecordedEvent } from '../ports/store/store.ts'
import { type Database, dateOf, msOf, schema } from './database.ts'

export type Record = (event: AuditEvent) => Promise<void>

/** Inserts only: the table's triggers refuse everything else. */
export function recordInto(db: Database, now: number, inserted: (event: AuditEvent) => void): Record {
  return async (event) => {
    await db.insert(schema.auditEvent).values({
      at: dateOf(now),
      name: event.name,
      subject: event.subject ?? null,
      actor: event.actor,
      detail: event.detail ?? {},
    })
    inserted(event)
  }
}

export async function historyOf(db: Database, subject: string): Promise<readonly RecordedEvent[]> {
  const { auditEvent } = schema
  const rows = await db.select().from(auditEvent).where(eq(auditEvent.subject, subject)).orderBy(asc(auditEvent.seq))
  return rows.map((row) => ({
    seq: row.seq,
    at: msOf(row.at),
    name: row.name as AuditName,
    actor: row.actor,
    subject,
    detail: row.detail as Readonly<globalThis.Record<string, unknown>>,
  }))
}
