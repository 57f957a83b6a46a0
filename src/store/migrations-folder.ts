import { existsSync } from 'node:fs'
import path from 'node:path'

/** `migrations/` lies at the root of the package, which is one or two folders up from the source and from the build. */
export function migrationsFolder(): string {
  for (let folder = import.meta.dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'migrations')
    if (existsSync(path.join(candidate, 'meta', '_journal.json'))) return candidate
  }
  throw new Error('the folder migrations/ is not beside this program')
}
