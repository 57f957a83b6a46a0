import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { Secret } from '../core/secret.ts'
import { isWritableByOthers } from './file-mode.ts'
import type { Path } from './problem.ts'
import { isMapping } from './read-document.ts'
import type { Report } from './report.ts'
import { looksSecret, namesSecret } from './secret-shape.ts'

export interface Substitution {
  readonly report: Report
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isProduction: boolean
}

interface PathAndPlace {
  readonly path: Path
  /** Where what is at a path is written, which may be somewhere else. */
  readonly placeOf: (path: Path) => Path
}

const REFERENCE = /\$\{(env|file):([^{}]*)\}/g
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const FILE_BYTES_MAX = 64 * 1024
const REFERENCES = '${env:NAME} or ${file:path}'

/** A provider's `config` with its references replaced: whatever holds one becomes a `Secret`. */
export async function substitute(given: Substitution, value: unknown, at: PathAndPlace): Promise<unknown> {
  if (typeof value === 'string') return substituteText(given, value, at.placeOf(at.path))
  if (Array.isArray(value)) {
    return Promise.all(
      value.map((each: unknown, index) => substitute(given, each, { ...at, path: [...at.path, index] })),
    )
  }
  if (!isMapping(value)) return value
  const entries = Object.entries(value).map(
    async ([key, each]) => [key, await substitute(given, each, { ...at, path: [...at.path, key] })] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

async function substituteText(given: Substitution, written: string, at: Path): Promise<string | Secret> {
  const { report } = given
  const references = [...written.matchAll(REFERENCE)]
  if (written.replaceAll(REFERENCE, '').includes('${')) report.add(at, `${REFERENCES}, and no other substitution`)
  if (references.length === 0) {
    if (namesSecret(at.at(-1)) && written !== '') report.add(at, `a reference: ${REFERENCES}, never the secret itself`)
    checkEndpoint(given, written, at)
    return written
  }
  const values = await Promise.all(
    references.map(([, kind, name]) => referenced(given, { kind, name: name ?? '' }, at)),
  )
  let index = 0
  const whole = written.replaceAll(REFERENCE, () => values[index++] ?? '')
  report.keepSecret(whole)
  checkEndpoint(given, whole, at)
  return new Secret(whole)
}

function referenced(given: Substitution, reference: { kind: string | undefined; name: string }, at: Path) {
  return reference.kind === 'env' ? variable(given, reference.name, at) : fileContent(given, reference.name, at)
}

async function variable({ report, env }: Substitution, name: string, at: Path): Promise<string> {
  const value = env[name]
  if (!NAME.test(name)) report.add(at, 'the name of an environment variable, such as ${env:GITHUB_TOKEN}')
  else if (value === undefined || value === '') {
    report.add(at, looksSecret(name) ? 'the name of a variable' : `the environment variable ${name} to be set`)
  }
  return value ?? ''
}

/** Relative to the file that names it. */
async function fileContent(given: Substitution, name: string, at: Path): Promise<string> {
  const { report, isProduction } = given
  const shown = looksSecret(name) ? 'a file' : `the file ${name}`
  const file = path.resolve(path.dirname(report.fileOf(at)), name)
  const found = name === '' ? undefined : await stat(file).catch(() => undefined)
  const content = found?.isFile() && found.size <= FILE_BYTES_MAX ? await readFile(file, 'utf8').catch(() => '') : ''
  if (content.trim() === '') report.add(at, `${shown} to be there, readable and not empty`)
  else if (isProduction && found && isWritableByOthers(found.mode)) {
    report.add(at, `${shown} to be writable by its owner only (chmod go-w)`)
  }
  for (const line of content.split('\n')) report.keepSecret(line)
  return content.trimEnd()
}

function checkEndpoint({ report, isProduction }: Substitution, value: string, at: Path): void {
  if (isProduction && URL.parse(value)?.protocol === 'http:') report.add(at, 'an https address in production')
}
