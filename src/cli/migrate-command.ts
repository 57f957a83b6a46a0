import { readEnvironment } from '../config/env.ts'
import { migratePostgres } from '../store/open-postgres.ts'
import { readEnvFile } from './env-file.ts'

export async function migrateCommand(env: NodeJS.ProcessEnv): Promise<number> {
  readEnvFile(env)
  const environment = readEnvironment(env)
  if (!environment.ok) {
    for (const problem of environment.error) process.stderr.write(`${problem.variable}: ${problem.expected}\n`)
    return 2
  }
  const url = environment.value.migrationUrl ?? environment.value.databaseUrl
  if (url === undefined) {
    process.stderr.write(
      'There is nothing to migrate: neither THAND_MIGRATION_URL nor DATABASE_URL is set.\nThe embedded database migrates itself at start.\n',
    )
    return 2
  }
  await migratePostgres(url)
  process.stdout.write('The database is up to date.\n')
  return 0
}
