import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Secret } from '../core/secret.ts'

/** The secret key of an embedded database: beside it, made the first time, readable by its owner alone. */
export function secretKeyIn(dataDirectory: string): Secret {
  const file = path.join(dataDirectory, 'secret-key')
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return new Secret(readFileSync(file, 'utf8').trim())
}
