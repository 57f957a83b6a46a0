import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose/jwt/sign'

const ALGORITHM = 'ES256'

/** The private key of this machine. It is in one file here and goes nowhere. */
export interface DeviceKey {
  readonly kty: string
  readonly crv: string
  readonly x: string
  readonly y: string
  readonly d: string
}

export function newDeviceKey(): DeviceKey {
  const {
    x = '',
    y = '',
    d = '',
  } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  return { kty: 'EC', crv: 'P-256', x, y, d }
}

export function publicPart({ kty, crv, x, y }: DeviceKey): Omit<DeviceKey, 'd'> {
  return { kty, crv, x, y }
}

/** For one call, once: https://www.rfc-editor.org/rfc/rfc9449#section-4.2 */
export function proofOf(key: DeviceKey, call: { method: string; url: string; accessToken?: string }): Promise<string> {
  const { origin, pathname } = new URL(call.url)
  const claims = {
    htm: call.method,
    htu: `${origin}${pathname}`,
    jti: randomBytes(16).toString('base64url'),
    ...(call.accessToken === undefined
      ? {}
      : { ath: createHash('sha256').update(call.accessToken).digest('base64url') }),
  }
  return new SignJWT(claims)
    .setProtectedHeader({ typ: 'dpop+jwt', alg: ALGORITHM, jwk: publicPart(key) })
    .setIssuedAt()
    .sign({ ...key, alg: ALGORITHM })
}
