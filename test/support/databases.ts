import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inject } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { openEmbedded } from '../../src/store/open-embedded.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'
import { makeDatabase, TEMPLATE } from './make-database.ts'

export type EngineName = 'postgres' | 'embedded'

/** A database of one's own on the run's PostgreSQL, with all tables unless it is to be empty; its address. */
export function newPostgresDatabase({ isEmpty = false } = {}): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  return makeDatabase(inject('postgresUrl'), { name, ...(isEmpty ? {} : { from: TEMPLATE }) })
}

export async function newStore(engine: EngineName): Promise<Store> {
  if (engine === 'postgres') return openPostgres(new Secret(await newPostgresDatabase()), { migrate: true })
  const opened = await openEmbedded(mkdtempSync(path.join(tmpdir(), 'thand-data-')))
  if (!opened.ok) throw new Error(opened.error.code)
  return opened.value
}
