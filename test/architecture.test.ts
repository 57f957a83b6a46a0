import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '..')
const LINES_MAX = 250

/** Which folders a folder may import from, beside itself. A folder that is not here does not exist. */
const BOT = ['src/core/result.ts', 'src/core/secret.ts', 'src/core/ids.ts', 'src/cards', 'src/ports']
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/commands': ['src/core'],
  'src/cards': ['src/core'],
  'src/ports': ['src/core', 'src/cards'],
  'src/usecases': ['src/core', 'src/commands', 'src/cards', 'src/ports'],
  'src/directory': ['src/core', 'src/ports'],
  'src/store': ['src/core', 'src/cards', 'src/ports'],
  'src/sweeper': ['src/core', 'src/cards', 'src/ports', 'src/usecases'],
  'src/wire': ['src/core', 'src/cards'],
  'src/http': ['src/core', 'src/commands', 'src/cards', 'src/ports', 'src/usecases', 'src/wire'],
  'src/config': ['src/core', 'src/ports'],
  'src/agent': ['src/core', 'src/commands', 'src/cards', 'src/wire'],
  'src/demo': ['src', 'bots', 'providers', 'test/doubles'],
  'src/cli': ['src', 'bots', 'providers'],
  'src/main.ts': ['src', 'bots', 'providers'],
  'src/doors.ts': ['src', 'bots'],
  'bots/common': BOT,
  'bots/slack': [...BOT, 'bots/common'],
  'bots/teams': [...BOT, 'bots/common'],
  'providers/common': ['src/core', 'src/ports'],
  'providers/github': ['src/core', 'src/ports', 'providers/common'],
  'providers/aws': ['src/core', 'src/ports', 'providers/common'],
}

const files = ['src', 'bots', 'providers']
  .filter((top) => statSync(path.join(ROOT, top), { throwIfNoEntry: false }) !== undefined)
  .flatMap((top) =>
    readdirSync(path.join(ROOT, top), { recursive: true, encoding: 'utf8' }).map((f) => path.join(top, f)),
  )
  .filter((file) => file.endsWith('.ts'))

const folderOf = (file: string) =>
  Object.keys(MAY_IMPORT).find((folder) => file === folder || file.startsWith(`${folder}/`))
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const importsOf = (file: string) =>
  [...read(file).matchAll(/(?:from|import\()\s*'([^']+)'/g)].flatMap(([, specifier]) => specifier ?? [])

function mayImport(file: string, specifier: string): boolean {
  const target = path.join(path.dirname(file), specifier)
  const from = folderOf(file)
  if (from === undefined) return false
  return [from, ...(MAY_IMPORT[from] ?? [])].some((allowed) => target === allowed || target.startsWith(`${allowed}/`))
}

test('the scan sees the product', () => expect(files.length).toBeGreaterThan(5))

describe.each(files)('%s', (file) => {
  test('imports only what its folder may', () => {
    const wrong = importsOf(file).filter((specifier) => specifier.startsWith('.') && !mayImport(file, specifier))
    expect(wrong).toEqual([])
  })

  test('is one idea: short, and without a default export', () => {
    expect(read(file).split('\n').length).toBeLessThanOrEqual(LINES_MAX)
    expect(read(file)).not.toMatch(/export default/)
  })
})

test('the SDK of Teams is in its own folder, and loaded for Teams alone', () => {
  const users = files.filter((file) => importsOf(file).some((each) => /^bot(?:builder|framework)/.test(each)))
  expect(users.filter((file) => !file.startsWith('bots/teams/'))).toEqual([])
  expect(users.length).toBeGreaterThan(0)
  const loaders = files.filter((file) => /^import .*bots\/teams/m.test(read(file)))
  expect(loaders).toEqual([])
})

test('core is pure: no clock, no chance, no waiting, no package', () => {
  for (const file of files.filter((each) => each.startsWith('src/core/'))) {
    expect(read(file), file).not.toMatch(/Date\.now|new Date\(\)|Math\.random|process\.|\basync |\bawait /)
    expect(
      importsOf(file).filter((specifier) => !specifier.startsWith('.')),
      file,
    ).toEqual([])
  }
})
