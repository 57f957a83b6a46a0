import type { TestProject } from 'vitest/node'
import { Secret } from '../../src/core/secret.ts'
import { migratePostgres } from '../../src/store/open-postgres.ts'
import { buildForTests } from './built.ts'
import { makeDatabase, TEMPLATE } from './make-database.ts'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}

/** One real PostgreSQL for the whole run, in which every test makes its own database; and the commands that tests start. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [server, clean] = [await startPostgres(), await buildForTests()]
  await migratePostgres(new Secret(await makeDatabase(server.url, { name: TEMPLATE })))
  project.provide('postgresUrl', server.url)
  return async () => {
    clean()
    await server.stop()
  }
}
