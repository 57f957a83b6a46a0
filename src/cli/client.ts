import { homedir } from 'node:os'
import path from 'node:path'
import { type Access, openAccess } from '../agent/access.ts'
import { forgetKept } from '../agent/kept-folder.ts'
import { printableJson } from '../agent/printable.ts'
import { openStateFolder, type StateFolder } from '../agent/state-folder.ts'
import { openTerminal, type Terminal } from '../agent/terminal.ts'
import { type ThandApi, thandApi } from '../agent/thand-api.ts'
import { type Trouble, thrownTrouble } from '../agent/trouble.ts'
import { fail, type Result } from '../core/result.ts'

/** What every client command has: where it speaks, and where its state lies. */
export interface Client {
  readonly terminal: Terminal
  readonly folder: StateFolder
  readonly isJson: boolean
  json(value: unknown): void
}

export interface LoggedIn extends Client {
  readonly access: Access
  readonly api: ThandApi
}

type Work<C> = (client: C) => Promise<Result<number, Trouble>>
interface Wishes {
  readonly json?: boolean
}

/** Runs a command that needs no log-in; its trouble becomes two lines, or JSON, and an exit code. */
export async function asClient({ json = false }: Wishes, work: Work<Client>): Promise<number> {
  const terminal = openTerminal(process, process.env)
  const sayJson = (value: unknown) => terminal.raw(`${printableJson(value)}\n`)
  const ended = await attempt(async () => {
    const folder = openStateFolder(stateFolderPath(), process.env['XDG_RUNTIME_DIR'])
    return folder.ok ? work({ terminal, folder: folder.value, isJson: json, json: sayJson }) : folder
  })
  if (ended.ok) return ended.value
  const { code, message, hint, exitCode } = ended.error
  if (json) sayJson({ code, message, hint })
  else for (const line of [message, hint]) if (line !== '') terminal.err(line)
  return exitCode
}

export function loggedIn(wishes: Wishes, work: Work<LoggedIn>): Promise<number> {
  return asClient(wishes, async (client) => {
    const access = openAccess(client.folder)
    forgetKept(client.folder, { endedByMs: Date.now() })
    return access.ok ? work({ ...client, access: access.value, api: thandApi(access.value) }) : access
  })
}

/** https://specifications.freedesktop.org/basedir-spec: a relative path there counts as none. */
function stateFolderPath(): string {
  const configured = process.env['XDG_CONFIG_HOME'] ?? ''
  return path.join(path.isAbsolute(configured) ? configured : path.join(homedir(), '.config'), 'thand')
}

async function attempt(work: () => Promise<Result<number, Trouble>>): Promise<Result<number, Trouble>> {
  try {
    return await work()
  } catch (error) {
    return fail(thrownTrouble(error))
  }
}
