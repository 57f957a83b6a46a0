import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Longer than anything that is done under the lock may take. */
const HELD_AT_MOST_MS = 30_000
const LOOK_EVERY_MS = 25

/**
 * One command at a time: two that refresh at once would use one refresh token twice, which ends the log-in. The lock of a process
 * that died is taken over. Works on every system; a folder that two machines share (NFS) is not served.
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = path.join(folder, 'lock')
  const mark = `${process.pid} ${randomBytes(8).toString('hex')}`
  while (!takes(lock, mark)) {
    breakIfStale(lock)
    await pause(LOOK_EVERY_MS)
  }
  try {
    return await work()
  } finally {
    if (contentOf(lock) === mark) rmSync(lock, { force: true })
  }
}

function takes(lock: string, mark: string): boolean {
  try {
    writeFileSync(lock, mark, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Two may find it stale at once: what was moved away is looked at again, and put back if it was a new one. */
function breakIfStale(lock: string): void {
  const held = contentOf(lock)
  if (held === undefined || !isStale(lock, held)) return
  const aside = `${lock}.${randomBytes(6).toString('hex')}`
  try {
    renameSync(lock, aside)
    if (contentOf(aside) !== held) linkSync(aside, lock)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error) ?? '')) throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function isStale(lock: string, held: string): boolean {
  const { mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() }
  if (Date.now() - mtimeMs > HELD_AT_MOST_MS) return true
  const pid = Number(held.split(' ')[0])
  return Number.isInteger(pid) && pid > 0 && !isAlive(pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
