import { readFileSync } from 'node:fs'
import path from 'node:path'
import postgres from 'postgres'
import { expect, inject, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'
import { setStage } from '../campaign/stage.ts'
import { newPostgresDatabase } from '../support/databases.ts'

const JOURNAL = path.resolve(import.meta.dirname, '../../migrations/meta/_journal.json')
const { entries } = JSON.parse(readFileSync(JOURNAL, 'utf8')) as { readonly entries: readonly unknown[] }

async function migrationsIn(sql: postgres.Sql): Promise<unknown> {
  const [row] = await sql`select count(*)::int as n from drizzle.__drizzle_migrations`
  return row?.n
}

test('six that open an empty database in the same moment all come up, and it is migrated once', async () => {
  const url = await newPostgresDatabase({ isEmpty: true })
  const stores = await Promise.all(Array.from({ length: 6 }, () => openPostgres(new Secret(url), { migrate: true })))
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  expect(await migrationsIn(sql)).toBe(entries.length)
  for (const store of stores) await store.beat()
  const alive = await sql`select id from replica where gone_at is null`
  expect(alive.map((row) => row.id).toSorted()).toEqual(stores.map((store) => store.replica).toSorted())
  expect(await sql`select id from replica`).toHaveLength(6)
  await Promise.all([...stores.map((store) => store.close()), sql.end()])
})

test('two servers, each a process, start together on an empty database: both serve', async () => {
  const stage = await setStage(inject('postgresUrl'))
  try {
    const servers = await Promise.all([stage.launch(), stage.launch()])
    expect(await migrationsIn(stage.sql)).toBe(entries.length)
    for (const { client } of servers) {
      const answer = await client.command('U0ANN', 'mine')
      expect(answer.status).toBe(200)
    }
    expect(await stage.sql`select 1 from replica where gone_at is null`).toHaveLength(2)
  } finally {
    await stage.close()
  }
})
