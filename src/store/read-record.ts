import postgres from 'postgres'
import type { AuditName } from '../core/audit.ts'
import type { Secret } from '../core/secret.ts'
import type { RecordedEvent } from '../ports/store/store.ts'
import { msOf } from './database.ts'

export interface RecordWanted {
  /** Of one request. */
  readonly subject?: string | undefined
  /** In ms: not older, by the database's clock where it is an age. */
  readonly since?: { readonly at: number } | { readonly ageSeconds: number } | undefined
}

const ROWS_AT_ONCE = 500

interface Row {
  readonly seq: string
  readonly at: Date
  readonly name: string
  readonly subject: string | null
  readonly actor: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** The record in its order, through a connection of its own that may read only. However long it is, little of it is in memory. */
export async function* readRecord(url: Secret, { subject, since }: RecordWanted): AsyncGenerator<RecordedEvent> {
  const connection = { default_transaction_read_only: true, lock_timeout: 4_000 }
  const sql = postgres(url.reveal(), {
    max: 1,
    onnotice: () => undefined,
    connect_timeout: 5,
    fetch_types: false,
    connection,
  })
  const from =
    since === undefined ? sql`` : sql`and at >= ${'at' in since ? new Date(since.at) : ageOf(since.ageSeconds)}`
  function ageOf(seconds: number) {
    return sql`now() - make_interval(secs => ${seconds}::float8)`
  }
  try {
    const rows = sql<Row[]>`select seq, at, name, subject, actor, detail from audit_event
      where ${subject === undefined ? sql`true` : sql`subject = ${subject}`} ${from} order by seq`
    for await (const some of rows.cursor(ROWS_AT_ONCE)) for (const row of some) yield eventOf(row)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function eventOf({ seq, at, name, subject, actor, detail }: Row): RecordedEvent {
  const about = subject === null ? {} : { subject }
  return { seq: Number(seq), at: msOf(at), name: name as AuditName, actor, ...about, detail }
}
