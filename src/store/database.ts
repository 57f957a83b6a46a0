import { sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import * as chatTables from './schema/chat-tables.ts'
import * as credentialTables from './schema/credential-tables.ts'
import * as deviceTables from './schema/device-tables.ts'
import * as grantTables from './schema/grant-tables.ts'
import * as homeTables from './schema/home-tables.ts'
import * as noticeTables from './schema/notice-tables.ts'
import * as placeTables from './schema/place-tables.ts'
import * as recordTables from './schema/record-tables.ts'
import * as requestTables from './schema/request-tables.ts'
import * as slotTables from './schema/slot-tables.ts'

export const schema = {
  ...requestTables,
  ...grantTables,
  ...slotTables,
  ...chatTables,
  ...homeTables,
  ...placeTables,
  ...recordTables,
  ...noticeTables,
  ...credentialTables,
  ...deviceTables,
}

/** Drizzle over either engine; a transaction of it has the same shape. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>

export function dateOf(ms: number): Date {
  return new Date(ms)
}

export function msOf(date: Date): number {
  return date.getTime()
}

export function msOrNothing(date: Date | null): number | undefined {
  return date === null ? undefined : date.getTime()
}

/** The database's clock at the start of the transaction. */
export async function nowMs(db: Database): Promise<number> {
  const [row] = await db.select({ now: sql<string>`extract(epoch from now()) * 1000` }).from(sql`(select 1) as one`)
  if (row === undefined) throw new Error('the database has no clock')
  return Math.floor(Number(row.now))
}

export const NUDGE_CHANNEL = 'thand_nudge'
export const SILENT_AFTER_MS = 10_000
