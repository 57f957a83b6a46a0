import type { Person } from '../core/person.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { DeviceLogin, StoredDevice } from '../ports/store/devices.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { ownerOf } from './device-principal.ts'
import { endDevice } from './end-device.ts'
import { hashOfSecret, newSecret } from './opaque-secret.ts'

/** Why there are no tokens. RFC 8628, section 3.5, and RFC 6749, section 5.2. */
export type TokenRefusal = 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied' | 'invalid_grant'

export interface IssuedTokens {
  readonly device: StoredDevice
  readonly person: Person
  /** Secret, and stored as a hash alone. */
  readonly refreshToken: string
}

/** `superseded`: this server has not the configuration that may name the person. */
type Issued = Result<IssuedTokens, TokenRefusal | 'superseded'>

const IDLE_MS = 12 * 3600_000
const IN_ALL_MS = 7 * 24 * 3600_000
/** A clock that ticks a little fast is no flood. */
const EARLY_MS = 500
const SLOWER_BY_SECONDS = 5

/** The device that started the login asks for its tokens: once, with its own key. */
export function redeemLogin(
  deps: Pick<Deps, 'store' | 'settings' | 'randomBytes'>,
  { deviceCode, thumbprint }: { readonly deviceCode: string; readonly thumbprint: string },
): Promise<Issued> {
  return deps.store.transact(async (tx) => {
    const login = await tx.deviceLogins.lockByDeviceCode(hashOfSecret(deviceCode))
    if (login === undefined || login.thumbprint !== thumbprint || login.state === 'used') return fail('invalid_grant')
    if (login.state === 'refused') return fail('access_denied')
    if (login.expiresAt <= tx.now) return fail('expired_token')
    if (login.state === 'asked') return fail(await pollAgain(tx, login))
    const device = login.device === undefined ? undefined : await tx.devices.lock(login.device)
    const person = device && ownerOf(deps.settings, device)
    if (device === undefined || person === undefined) return fail('access_denied')
    if (!(await tx.deviceLogins.move(login.id, { from: 'confirmed', to: 'used' }))) return fail('invalid_grant')
    await endOthersWithKey(tx, device)
    return ok({ device, person, refreshToken: await issue(tx, deps, device) })
  })
}

async function pollAgain(tx: Tx, { id, polledAt, intervalSeconds }: DeviceLogin): Promise<TokenRefusal> {
  const isEarly = polledAt !== undefined && tx.now < polledAt + intervalSeconds * 1000 - EARLY_MS
  await tx.deviceLogins.polled(id, isEarly ? intervalSeconds + SLOWER_BY_SECONDS : intervalSeconds)
  return isEarly ? 'slow_down' : 'authorization_pending'
}

/** One key is one device: who logs in again on a machine has one entry in the list. */
async function endOthersWithKey(tx: Tx, { id, person, thumbprint }: StoredDevice): Promise<void> {
  for (const other of await tx.devices.withKey(thumbprint))
    if (other.id !== id) await endDevice(tx, { id: other.id, actor: person, why: `replaced_by:${id}` })
}

async function issue(tx: Tx, { randomBytes }: Pick<Deps, 'randomBytes'>, device: StoredDevice): Promise<string> {
  const token = newSecret(randomBytes)
  const expiresAt = Math.min(tx.now + IDLE_MS, device.boundAt + IN_ALL_MS)
  await tx.devices.putToken(device.id, { hash: hashOfSecret(token), expiresAt })
  return token
}

/**
 * New tokens for the old one, which serves once. The same one again, with the right key, means that two have the login: the
 * device is logged out and its owner told. Without the key a token is worth nothing, not even to end something with.
 */
export async function refreshTokens(
  deps: Pick<Deps, 'store' | 'settings' | 'directory' | 'randomBytes'>,
  { refreshToken, thumbprint }: { readonly refreshToken: string; readonly thumbprint: string },
): Promise<Issued> {
  const hash = hashOfSecret(refreshToken)
  const owner = await deps.store.transact((tx) => ownerByToken(tx, deps, { hash, thumbprint }))
  if (!owner.ok) return owner
  const person = owner.value
  if ((await deps.directory.standingOf(person.id)).kind === 'gone') return fail('invalid_grant')
  return deps.store.transact(async (tx) => {
    const token = await tx.devices.lockToken(hash)
    const device = token && (await tx.devices.lock(token.device))
    if (token === undefined || device === undefined || token.expiresAt <= tx.now) return fail('invalid_grant')
    if (token.isUsed) {
      await endStolen(tx, device)
      return fail('invalid_grant')
    }
    await tx.devices.useToken(hash)
    return ok({ device, person, refreshToken: await issue(tx, deps, device) })
  })
}

async function ownerByToken(
  tx: Tx,
  { settings }: Pick<Deps, 'settings'>,
  { hash, thumbprint }: { readonly hash: string; readonly thumbprint: string },
): Promise<Result<Person, TokenRefusal | 'superseded'>> {
  const token = await tx.devices.lockToken(hash)
  const device = token && (await tx.devices.find(token.device))
  if (device?.thumbprint !== thumbprint) return fail('invalid_grant')
  const person = ownerOf(settings, device)
  if (person !== undefined) return ok(person)
  return fail((await tx.loadedLast()) === settings.hash ? 'invalid_grant' : 'superseded')
}

async function endStolen(tx: Tx, { id, person, name, host, platform }: StoredDevice): Promise<void> {
  if (!(await endDevice(tx, { id, actor: 'system', why: 'refresh_token_reused' }))) return
  await tx.notices.put({
    kind: 'device_stolen',
    platform,
    reader: person,
    detail: { person, device: id, name, host },
  })
  await tx.nudge()
}
