import { readFileSync } from 'node:fs'
import path from 'node:path'

/** Set where all is one file, which has no package beside it. */
declare const BUNDLED_VERSION: string | undefined

/** From the package that this file belongs to, as source or as build. */
export const version = typeof BUNDLED_VERSION === 'string' ? BUNDLED_VERSION : versionAbove(import.meta.dirname)

function versionAbove(folder: string): string {
  try {
    const { version: found } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
    return String(found)
  } catch {
    const parent = path.dirname(folder)
    return parent === folder ? 'unknown' : versionAbove(parent)
  }
}
