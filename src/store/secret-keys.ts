import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Secret } from '../core/secret.ts'

/** Those of the environment; an embedded database without one brings its own. The first signs and seals, all are read. */
export function secretKeysOf(where: {
  readonly secretKeys: readonly Secret[]
  readonly dataDirectory: string
}): readonly Secret[] {
  return where.secretKeys.length > 0 ? where.secretKeys : [keyIn(where.dataDirectory)]
}

/** Beside the database, made the first time, readable by its owner alone. */
function keyIn(dataDirectory: string): Secret {
  const file = path.join(dataDirectory, 'secret-key')
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return new Secret(readFileSync(file, 'utf8').trim())
}
