import { fail, ok, type Result } from '../core/result.ts'
import type { Credential } from '../wire/credential.ts'
import type { Session } from '../wire/session.ts'
import type { Access } from './access.ts'
import { awsKeysOf, noAwsKeys } from './aws-keys.ts'
import { type KeptFolder, openKeptFolder } from './kept-folder.ts'
import { withLock } from './lock-folder.ts'
import type { StateFolder } from './state-folder.ts'
import type { ThandApi } from './thand-api.ts'
import type { Trouble } from './trouble.ts'
import { usableSession } from './usable-session.ts'

/** With less than this left a new one is worth a call, if it would work longer than this one by as much. */
const SHORT_MS = 60_000
const AWAY = 75

export interface Keeping {
  readonly api: ThandApi
  readonly access: Access
  readonly folder: StateFolder
}

interface Opened extends Keeping {
  readonly kept: KeptFolder
}

/**
 * A credential for AWS, the same one for as long as it works: the AWS CLI asks for it at every command, and few of one access
 * live at a time. The server is asked each time whether the access is still there; what is kept counts without it only while
 * the server is away.
 */
export async function keptCredential(keeping: Keeping, id: string): Promise<Result<Credential, Trouble>> {
  const folder = openKeptFolder(keeping.folder)
  return folder.ok ? keptIn({ ...keeping, kept: folder.value }, id) : folder
}

async function keptIn(keeping: Opened, id: string): Promise<Result<Credential, Trouble>> {
  const { api, kept } = keeping
  const found = await api.session(id)
  const session = found.ok ? usableSession(found.value) : found
  if (session.ok) return withLock(kept.path, () => keptOrPulled(keeping, id, session.value))
  if (session.error.exitCode !== AWAY) {
    kept.remove(id)
    return session
  }
  const stored = await storedCredential(keeping, id)
  return stored === undefined ? session : ok(stored)
}

async function keptOrPulled(keeping: Opened, id: string, session: Session): Promise<Result<Credential, Trouble>> {
  const { api, access, kept } = keeping
  const stored = await storedCredential(keeping, id)
  if (stored !== undefined && !isShort(stored, session)) return ok(stored)
  const pulled = await api.credential(session.id)
  // Ended meanwhile, or the device is: then nothing may say that it works.
  if (!pulled.ok && ['access_ended', 'logged_out', 'not_found'].includes(pulled.error.code)) kept.remove(id)
  else if (!pulled.ok && stored !== undefined) return ok(stored)
  if (!pulled.ok) return pulled
  if (awsKeysOf(pulled.value) === undefined) {
    await api.giveBack(session.id, pulled.value.number)
    return fail(noAwsKeys(id))
  }
  const { server, deviceId } = access
  kept.write(id, { untilMs: endOf(pulled.value), server, deviceId, credential: pulled.value })
  return pulled
}

/** What this log-in kept, while it works. */
async function storedCredential({ access, kept }: Opened, id: string): Promise<Credential | undefined> {
  const file = kept.read(id)
  if (file.server !== access.server || file.deviceId !== access.deviceId) return undefined
  const { credential } = await import('../wire/credential.ts')
  const stored = credential.safeParse(file.credential)
  return stored.success && endOf(stored.data) > Date.now() ? stored.data : undefined
}

function isShort(credential: Credential, { expires_at }: Session): boolean {
  const [until, sessionUntil] = [endOf(credential), Date.parse(expires_at ?? '') || Number.POSITIVE_INFINITY]
  return until - Date.now() < SHORT_MS && sessionUntil - until >= SHORT_MS
}

function endOf({ expires_at }: Credential): number {
  return Date.parse(expires_at)
}
