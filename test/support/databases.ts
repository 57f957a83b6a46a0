import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { inject } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { openEmbedded } from '../../src/store/open-embedded.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'

export type EngineName = 'postgres' | 'embedded'

/** A database of one's own on the run's PostgreSQL; its address. */
export async function newPostgresDatabase(): Promise<string> {
  const url = new URL(inject('postgresUrl'))
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const client = postgres(url.href, { max: 1, onnotice: () => undefined })
  await client.unsafe(`create database ${name}`)
  await client.end()
  url.pathname = `/${name}`
  return url.href
}

export async function newStore(engine: EngineName): Promise<Store> {
  if (engine === 'postgres') return openPostgres(new Secret(await newPostgresDatabase()), { migrate: true })
  const opened = await openEmbedded(mkdtempSync(path.join(tmpdir(), 'thand-data-')))
  if (!opened.ok) throw new Error(opened.error.code)
  return opened.value
}
