import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fail, ok, type Result } from '../core/result.ts'
import type { Trouble } from './trouble.ts'

const OTHERS = 0o077
/** Windows has no such modes; a person's profile there is their own. */
const HAS_MODES = process.platform !== 'win32'

/** Where this machine's key and tokens lie: a folder that nobody else may look into. */
export interface StateFolder {
  readonly path: string
  read(name: string): Result<string | undefined, Trouble>
  /** Whole or not at all, also when the process dies meanwhile. */
  write(name: string, content: string): void
  remove(name: string): void
}

export function openStateFolder(folder: string): Result<StateFolder, Trouble> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const refused = refusalOf(folder, 'chmod 700')
  if (refused !== undefined) return fail(refused)
  return ok({
    path: folder,
    read: (name) => readPrivate(path.join(folder, name)),
    write: (name, content) => writeWhole(path.join(folder, name), content),
    remove: (name) => rmSync(path.join(folder, name), { force: true }),
  })
}

function readPrivate(file: string): Result<string | undefined, Trouble> {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return ok(undefined)
  const refused = refusalOf(file, 'chmod 600')
  return refused === undefined ? ok(readFileSync(file, 'utf8')) : fail(refused)
}

function writeWhole(file: string, content: string): void {
  const beside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(beside, content, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** What others may read, they may have copied; what they may write, they may have changed. */
function refusalOf(file: string, mend: string): Trouble | undefined {
  if (!HAS_MODES) return undefined
  const { mode, uid } = statSync(file)
  if (uid !== process.getuid?.())
    return refusal(`${file} belongs to somebody else.`, `Remove it, or set XDG_CONFIG_HOME.`)
  if ((mode & OTHERS) === 0) return undefined
  return refusal(
    `Others on this machine may look into ${file}.`,
    `If nobody did: ${mend} ${file}. Else remove it, and log in again.`,
  )
}

function refusal(message: string, hint: string): Trouble {
  return { code: 'state_not_private', message, hint, exitCode: 2 }
}
