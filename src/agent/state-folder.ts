import { lstatSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { fail, ok, type Result } from '../core/result.ts'
import type { Trouble } from './trouble.ts'
import { writeWhole } from './write-whole.ts'

const OTHERS = 0o077
/** Windows has no such modes; a person's profile there is their own. */
const HAS_MODES = process.platform !== 'win32'

/** Where this machine's key and tokens lie: a folder that nobody else may look into. */
export interface StateFolder {
  readonly path: string
  /** Where credentials are kept that still work: the first of these counts for new ones. */
  readonly keptPlaces: readonly [string, ...string[]]
  read(name: string): Result<string | undefined, Trouble>
  /** Whole or not at all, also when the process dies meanwhile. */
  write(name: string, content: string): void
  remove(name: string): void
}

/** `runtime` is `$XDG_RUNTIME_DIR`: in memory, and gone when its person has logged out. */
export function openStateFolder(folder: string, runtime = ''): Result<StateFolder, Trouble> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const refused = refusalOf(folder, 'chmod 700')
  if (refused !== undefined) return fail(refused)
  return ok({
    path: folder,
    keptPlaces: placesOf(folder, runtime),
    read: (name) => readPrivate(path.join(folder, name)),
    write: (name, content) => writeWhole(path.join(folder, name), content),
    remove: (name) => rmSync(path.join(folder, name), { force: true }),
  })
}

/** The specification wants it owned by its person and 0700; where it is not, the state folder, which is, serves. */
function placesOf(folder: string, runtime: string): StateFolder['keptPlaces'] {
  const own = path.join(folder, 'kept')
  return HAS_MODES && path.isAbsolute(runtime) && isPrivateFolder(runtime) ? [path.join(runtime, 'thand'), own] : [own]
}

/** Not one that a link leads to. */
export function isPrivateFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory() !== true) return false
  return !HAS_MODES || (found.uid === process.getuid?.() && (found.mode & OTHERS) === 0)
}

function readPrivate(file: string): Result<string | undefined, Trouble> {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return ok(undefined)
  const refused = refusalOf(file, 'chmod 600')
  return refused === undefined ? ok(readFileSync(file, 'utf8')) : fail(refused)
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
