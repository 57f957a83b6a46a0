import { formatUserCode, userCodeFrom } from '../core/user-code.ts'
import type { DeviceClaims } from '../ports/store/devices.ts'
import type { Deps } from './deps.ts'
import { hashOfSecret, newSecret } from './opaque-secret.ts'

const LASTS_SECONDS = 600
const INTERVAL_SECONDS = 2
const TRIES = 3

export interface StartedLogin {
  /** Secret: with it the device asks for its tokens. */
  readonly deviceCode: string
  /** What its person types in chat. */
  readonly userCode: string
  readonly expiresInSeconds: number
  readonly intervalSeconds: number
}

/** A device asks to be somebody's. Nobody is named yet, and nothing is permitted. */
export async function startLogin(
  { store, randomBytes }: Pick<Deps, 'store' | 'randomBytes'>,
  asking: DeviceClaims & { readonly address: string },
): Promise<StartedLogin> {
  for (let tried = 0; tried < TRIES; tried++) {
    const code = userCodeFrom(randomBytes(32))
    const deviceCode = newSecret(randomBytes)
    const isNew = await store.transact((tx) =>
      tx.deviceLogins.insert({
        ...asking,
        id: Buffer.from(randomBytes(16)).toString('base64url'),
        deviceCodeHash: hashOfSecret(deviceCode),
        userCodeHash: hashOfSecret(code),
        expiresAt: tx.now + LASTS_SECONDS * 1000,
        intervalSeconds: INTERVAL_SECONDS,
      }),
    )
    if (isNew) {
      return {
        deviceCode,
        userCode: formatUserCode(code),
        expiresInSeconds: LASTS_SECONDS,
        intervalSeconds: INTERVAL_SECONDS,
      }
    }
  }
  throw new Error('no user code is free')
}
