import { ok, type Result } from '../core/result.ts'
import type { Secret } from '../core/secret.ts'
import type { Heard, Store } from '../ports/store/store.ts'
import type { DirectoryInUse } from './lock-directory.ts'
import { openEmbedded } from './open-embedded.ts'
import { openPostgres } from './open-postgres.ts'

export interface Where {
  /** Undefined: the embedded engine, in `dataDirectory`. */
  readonly databaseUrl: Secret | undefined
  /** Where it is set, the owner migrates, and the server does not. */
  readonly migrationUrl: Secret | undefined
  readonly dataDirectory: string
}

export async function openStore(where: Where, heard: Heard): Promise<Result<Store, DirectoryInUse>> {
  const { databaseUrl, migrationUrl, dataDirectory } = where
  if (databaseUrl === undefined) return openEmbedded(dataDirectory, heard)
  return ok(await openPostgres(databaseUrl, { migrate: migrationUrl === undefined, heard }))
}
