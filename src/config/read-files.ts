import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { isWritableByOthers } from './file-mode.ts'
import type { Report } from './report.ts'
import { createSource, type Source } from './source.ts'

const BYTES_MAX = 1024 * 1024

/** The file, or every YAML file of the folder by name. A file that cannot be read is a problem of its own. */
export async function readFiles(given: string, isProduction: boolean, report: Report): Promise<readonly Source[]> {
  const root = path.normalize(given)
  const found = await stat(root).catch(() => undefined)
  if (found === undefined) {
    complain(report, root, 'a file, or a folder of YAML files, that can be read')
    return []
  }
  if (isProduction && found.isDirectory() && isWritableByOthers(found.mode)) complain(report, root, NOT_WRITABLE)
  const files = found.isDirectory() ? await yamlFilesIn(root) : [root]
  if (files.length === 0) complain(report, root, 'a folder that holds a .yaml or .yml file')
  const sources = await Promise.all(files.map((file) => readOne(file, isProduction, report)))
  return sources.filter((source) => source !== undefined)
}

const NOT_WRITABLE = 'a configuration that only its owner may write (chmod go-w)'

async function yamlFilesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => /^[^.].*\.ya?ml$/i.test(name))
    .sort()
    .map((name) => path.join(folder, name))
}

async function readOne(file: string, isProduction: boolean, report: Report): Promise<Source | undefined> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) return complain(report, file, 'a file that can be read')
  if (isProduction && isWritableByOthers(found.mode)) complain(report, file, NOT_WRITABLE)
  if (found.size > BYTES_MAX) return complain(report, file, 'at most 1 MiB')
  const bytes = await readFile(file).catch(() => undefined)
  if (bytes === undefined) return complain(report, file, 'a file that can be read')
  if (bytes.length > BYTES_MAX) return complain(report, file, 'at most 1 MiB')
  try {
    return createSource(file, new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return complain(report, file, 'text in UTF-8')
  }
}

function complain(report: Report, file: string, expected: string): undefined {
  report.addAt({ source: createSource(file, ''), offset: 0 }, [], { expected })
  return undefined
}
