import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { fail, ok, type Result } from '../core/result.ts'
import type { Heard, Store } from '../ports/store/store.ts'
import { createStore, type Engine } from './create-store.ts'
import { schema } from './database.ts'
import { type DirectoryInUse, lockDirectory } from './lock-directory.ts'
import { migrationsFolder } from './migrations-folder.ts'
import { declareGone, othersOf } from './replicas.ts'

/** PostgreSQL inside this process. Survives kill -9, not a power cut: it never syncs to the disk. */
export async function openEmbedded(directory: string, heard?: Heard): Promise<Result<Store, DirectoryInUse>> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const locked = await lockDirectory(directory)
  if (!locked.ok) return fail(locked.error)
  const client = await PGlite.create(path.join(directory, 'database'))
  const store = await openOn(client, { onClosed: async () => locked.value(), heard })
  return ok(store)
}

/** A database that is open already, such as one in memory made from an image. */
export async function openOn(
  client: PGlite,
  { onClosed, heard }: { readonly onClosed: () => Promise<void>; readonly heard?: Heard | undefined },
): Promise<Store> {
  await migrate(drizzle(client), { migrationsFolder: migrationsFolder() })
  return createStore(engineOf(client, onClosed), heard)
}

function engineOf(client: PGlite, onClosed: () => Promise<void>): Engine {
  const db = drizzle(client, { schema })
  return {
    db,
    dbApart: db,
    async listen(channel, listener) {
      await client.listen(channel, listener)
    },
    hold: async () => undefined,
    // The directory is ours alone, so every other replica is one that was.
    async watchOver(self) {
      for (const other of await othersOf(db, self.id)) await declareGone(db, other.id)
    },
    async tidy() {
      await db.execute(sql`checkpoint`)
    },
    async close() {
      await client.close()
      await onClosed()
    },
  }
}
