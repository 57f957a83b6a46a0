import { readFileSync } from 'node:fs'
import path from 'node:path'

/** From the package that this file belongs to, as source or as build. */
export const version = versionAbove(import.meta.dirname)

function versionAbove(folder: string): string {
  try {
    const { version: found } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
    return String(found)
  } catch {
    const parent = path.dirname(folder)
    return parent === folder ? 'unknown' : versionAbove(parent)
  }
}
