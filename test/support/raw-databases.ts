import { PGlite } from '@electric-sql/pglite'
import postgres from 'postgres'
import { Secret } from '../../src/core/secret.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { openOn } from '../../src/store/open-embedded.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'
import { type EngineName, newPostgresDatabase } from './databases.ts'

export type Row = Readonly<Record<string, unknown>>

/** A store, and its database beside it: what is written here goes past all of the product's code. */
export interface RawDatabase {
  readonly store: Store
  raw(statement: string): Promise<readonly Row[]>
  close(): Promise<void>
}

export async function openRaw(engine: EngineName): Promise<RawDatabase> {
  if (engine === 'embedded') {
    const client = await PGlite.create()
    const store = await openOn(client, { onClosed: async () => undefined })
    const raw = async (statement: string) => (await client.query<Row>(statement)).rows
    return { store, raw, close: () => store.close() }
  }
  const url = await newPostgresDatabase()
  const store = await openPostgres(new Secret(url), { migrate: true })
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  return {
    store,
    raw: (statement) => sql.unsafe(statement),
    close: async () => {
      await Promise.all([store.close(), sql.end()])
    },
  }
}
