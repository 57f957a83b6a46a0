// The migrations match the schema: generating finds nothing to do, and what is there was not changed by it.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
// Beside the real folder: the generator wants a path inside the project.
const copy = mkdtempSync(path.join(root, '.migrations-'))
try {
  cpSync(path.join(root, 'migrations'), copy, { recursive: true })
  const args = [
    'generate',
    '--dialect',
    'postgresql',
    '--schema',
    './src/store/schema/*.ts',
    '--out',
    path.basename(copy),
    '--name',
    'check',
  ]
  execFileSync(path.join(root, 'node_modules/.bin/drizzle-kit'), args, { cwd: root, stdio: 'pipe' })
  const files = (folder) => readdirSync(folder).filter((name) => name.endsWith('.sql')).length
  if (files(copy) !== files(path.join(root, 'migrations'))) {
    process.stderr.write('The schema has changed without a migration.\nRun: npx drizzle-kit generate --name <what>\n')
    process.exitCode = 1
  } else process.stdout.write('The migrations match the schema.\n')
} finally {
  rmSync(copy, { recursive: true, force: true })
}
