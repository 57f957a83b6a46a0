import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import path from 'node:path'
import { fail, ok, type Result } from '../core/result.ts'
import type { Credential } from '../wire/credential.ts'
import { isPrivateFolder, type StateFolder } from './state-folder.ts'
import type { Trouble } from './trouble.ts'
import { writeWhole } from './write-whole.ts'

const WRITTEN_WITHIN_MS = 60_000

/** Credentials that still work, a file for each access: `docs/decisions/0009-a-credential-in-a-file.md`. */
export interface KeptFolder {
  readonly path: string
  /** What was written, as far as it can be read. */
  read(id: string): Readonly<Record<keyof Kept, unknown>>
  write(id: string, kept: Kept): void
  remove(id: string): void
}

export interface Kept {
  readonly untilMs: number
  /** Whose it is: another log-in on this machine is another device. */
  readonly server: string
  readonly deviceId: string
  readonly credential: Credential
}

export function openKeptFolder(state: StateFolder): Result<KeptFolder, Trouble> {
  const [folder] = state.keptPlaces
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (!isPrivateFolder(folder)) return fail(notPrivate(folder))
  const fileOf = (id: string) => path.join(folder, `${prefixOf(state)}${hashOf(id)}.json`)
  return ok({
    path: folder,
    read: (id) => fieldsOf(readOwn(fileOf(id))),
    write: (id, kept) => writeWhole(fileOf(id), JSON.stringify(kept)),
    remove: (id) => rmSync(fileOf(id), { force: true }),
  })
}

/** Takes away what this machine's log-in kept: all of it, what has ended by a moment, or what is of one access. */
export function forgetKept(
  state: StateFolder,
  which: { readonly endedByMs?: number; readonly id?: string } = {},
): void {
  const { endedByMs = Number.POSITIVE_INFINITY, id } = which
  const start = `${prefixOf(state)}${id === undefined ? '' : hashOf(id)}`
  for (const folder of state.keptPlaces) {
    if (!isPrivateFolder(folder)) continue
    const files = readdirSync(folder).filter((name) => name.startsWith(start))
    for (const file of files.map((name) => path.join(folder, name)))
      if (endOf(file) <= endedByMs) rmSync(file, { force: true })
  }
}

/** What cannot be read has ended; what is being written, by whoever else runs now, has some time for that. */
function endOf(file: string): number {
  if (file.endsWith('.json')) return Number(fieldsOf(readOwn(file)).untilMs) || 0
  return (lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) + WRITTEN_WITHIN_MS
}

/** Two logins of one person, in two state folders, may share `$XDG_RUNTIME_DIR`. */
function prefixOf(state: StateFolder): string {
  return `${hashOf(state.path)}-`
}

/** Whatever is typed as an id is no path. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}

/** A link, or a file that others may look into, is none of ours: it counts as nothing and is replaced by the next write. */
function readOwn(file: string): string | undefined {
  let opened: number
  try {
    opened = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch {
    return undefined
  }
  try {
    const { mode, uid } = fstatSync(opened)
    const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0)
    return isOurs ? readFileSync(opened, 'utf8') : undefined
  } finally {
    closeSync(opened)
  }
}

function fieldsOf(text: string | undefined): Readonly<Record<keyof Kept, unknown>> {
  const none = { untilMs: undefined, server: undefined, deviceId: undefined, credential: undefined }
  try {
    return { ...none, ...JSON.parse(text ?? '{}') }
  } catch {
    return none
  }
}

function notPrivate(folder: string): Trouble {
  return {
    code: 'state_not_private',
    message: `${folder} is a link, belongs to somebody else, or others may look into it.`,
    hint: 'Remove it; the next command makes it anew.',
    exitCode: 2,
  }
}
