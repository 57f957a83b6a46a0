import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Secret } from '../core/secret.ts'
import type { Environment } from './env.ts'

type Given = Pick<Environment, 'secretKeys' | 'dataDirectory'>

/**
 * The keys of `THAND_SECRET_KEY`, the newest first. Without any, the embedded database is beside us: its directory
 * keeps one, made at the first start. Whoever calls holds that directory.
 */
export function secretKeysOf({ secretKeys, dataDirectory }: Given): readonly Secret[] {
  if (secretKeys.length > 0) return secretKeys
  const file = path.join(dataDirectory, 'secret-key')
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const key = readFileSync(file, 'utf8').trim()
  if (Buffer.from(key, 'base64').length !== 32) throw new Error(`${file} holds no key of 32 bytes in base64`)
  return [new Secret(key)]
}
