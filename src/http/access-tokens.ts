import { hkdfSync } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { type DeviceId, parseDeviceId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Secret } from '../core/secret.ts'

/** What a device shows with every call: whose device it is says its row, not the token. */
export interface AccessTokens {
  readonly lastsSeconds: number
  issue(to: TokenHolder): Promise<string>
  read(token: string): Promise<Result<TokenHolder, 'token_wrong' | 'token_expired'>>
}

export interface TokenHolder {
  readonly device: DeviceId
  /** Of the only key with which the token may be shown (RFC 7638): it is worth nothing to who has not that key. */
  readonly thumbprint: string
}

const LASTS_SECONDS = 300
const ISSUER = 'thand'
const AUDIENCE = 'thand-agent-api'
const TYPE = 'at+jwt'
const PURPOSE = 'thand access tokens, version 1'

const claims = z.object({
  sub: z.string().transform((text, context) => {
    const id = parseDeviceId(text)
    if (id !== undefined) return id
    context.addIssue({ code: 'custom', message: 'a device' })
    return z.NEVER
  }),
  cnf: z.object({ jkt: z.string() }),
})

/** Signed with a key that is derived from the first secret key; all of them verify, so that one can be replaced. */
export function createAccessTokens(secretKeys: readonly Secret[], nowMs: () => number): AccessTokens {
  const keys = secretKeys.map(derived)
  const [first] = keys
  if (first === undefined) throw new Error('without a secret key there are no access tokens')
  return {
    lastsSeconds: LASTS_SECONDS,
    issue({ device, thumbprint }) {
      const now = Math.floor(nowMs() / 1000)
      return new SignJWT({ cnf: { jkt: thumbprint } })
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(device)
        .setIssuedAt(now)
        .setExpirationTime(now + LASTS_SECONDS)
        .sign(first)
    },
    async read(token) {
      for (const key of keys) {
        const read = await readWith(key, token, new Date(nowMs()))
        if (read !== 'other_key') return read
      }
      return fail('token_wrong')
    },
  }
}

function derived(secretKey: Secret): Uint8Array {
  const key = Buffer.from(secretKey.reveal(), 'base64')
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), PURPOSE, 32))
}

async function readWith(
  key: Uint8Array,
  token: string,
  currentDate: Date,
): Promise<Result<TokenHolder, 'token_wrong' | 'token_expired'> | 'other_key'> {
  const required = { algorithms: ['HS256'], typ: TYPE, issuer: ISSUER, audience: AUDIENCE, requiredClaims: ['exp'] }
  try {
    const { payload } = await jwtVerify(token, key, { ...required, currentDate })
    const read = claims.safeParse(payload)
    return read.success ? ok({ device: read.data.sub, thumbprint: read.data.cnf.jkt }) : fail('token_wrong')
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return 'other_key'
    return fail(error instanceof errors.JWTExpired ? 'token_expired' : 'token_wrong')
  }
}
