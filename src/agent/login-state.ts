import { fail, ok, type Result } from '../core/result.ts'
import { Secret } from '../core/secret.ts'
import type { Token } from '../wire/device.ts'
import { forgetKept } from './kept-folder.ts'
import type { DeviceKey } from './proof.ts'
import type { StateFolder } from './state-folder.ts'
import { NOT_LOGGED_IN, type Trouble } from './trouble.ts'

/** What this machine knows of its log-in. The key lies in a file of its own. */
export interface Login {
  readonly server: string
  readonly deviceId: string
  readonly person: string
  readonly key: DeviceKey
  readonly accessToken: Secret
  readonly accessUntilMs: number
  readonly refreshToken: Secret
}

const KEY = 'key.json'
const LOGIN = 'login.json'
/** A log-out leaves it, so that `thand login` alone is enough the next time. */
const SERVER = 'server'

export function readLogin(folder: StateFolder): Result<Login, Trouble> {
  const [login, key] = [folder.read(LOGIN), folder.read(KEY)]
  if (!login.ok) return login
  if (!key.ok) return key
  const read = parseLogin(login.value, key.value)
  return read === undefined ? fail(NOT_LOGGED_IN) : ok(read)
}

export function writeLogin(folder: StateFolder, login: Login): void {
  const { server, deviceId, person, accessUntilMs, key } = login
  const tokens = { accessToken: login.accessToken.reveal(), refreshToken: login.refreshToken.reveal() }
  folder.write(KEY, JSON.stringify(key))
  folder.write(LOGIN, JSON.stringify({ server, deviceId, person, accessUntilMs, ...tokens }))
  folder.write(SERVER, server)
}

/** The key goes too: the next log-in makes a new one. So do credentials: they are this device's, and end with it. */
export function forgetLogin(folder: StateFolder): void {
  forgetKept(folder)
  folder.remove(LOGIN)
  folder.remove(KEY)
}

export function lastServer(folder: StateFolder): Result<string | undefined, Trouble> {
  return folder.read(SERVER)
}

export function loginFrom(token: Token, at: { readonly server: string; readonly key: DeviceKey }): Login {
  return {
    ...at,
    deviceId: token.device_id,
    person: token.person,
    accessToken: new Secret(token.access_token),
    accessUntilMs: Date.now() + token.expires_in * 1000,
    refreshToken: new Secret(token.refresh_token),
  }
}

/** By hand: these files are ours, and every command reads them before anything else; loading zod first would be felt. */
function parseLogin(login: string | undefined, key: string | undefined): Login | undefined {
  const fields = objectIn(login)
  const { kty, crv, x, y, d } = objectIn(key)
  const { server, deviceId, person, accessToken, refreshToken, accessUntilMs } = fields
  const texts = [server, deviceId, person, accessToken, refreshToken, kty, crv, x, y, d]
  if (!texts.every((text) => typeof text === 'string') || typeof accessUntilMs !== 'number') return undefined
  return {
    server: String(server),
    deviceId: String(deviceId),
    person: String(person),
    key: { kty: String(kty), crv: String(crv), x: String(x), y: String(y), d: String(d) },
    accessToken: new Secret(String(accessToken)),
    accessUntilMs,
    refreshToken: new Secret(String(refreshToken)),
  }
}

function objectIn(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
