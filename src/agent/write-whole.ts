import { randomBytes } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'

/** Whole or not at all, also when the process dies meanwhile. What lay there under that name, a link too, is replaced and not followed. */
export function writeWhole(file: string, content: string | Buffer, mode = 0o600): void {
  const beside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(beside, content, { mode, flag: 'wx', flush: true })
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}
