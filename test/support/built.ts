import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDER = 'THAND_TEST_BUILD'

/** What tests start as processes of their own, each in one file: translating it anew for each would be most of their time. */
const ENTRIES = { thand: 'src/cli/source.ts', child: 'test/campaign/child.ts' } as const

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
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
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
