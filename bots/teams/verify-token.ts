import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import { Refused } from './refused.ts'

export const ISSUER = 'https://api.botframework.com'
const CHANNEL = 'msteams'
const SKEW_SECONDS = 300
const FETCH_MAX_MS = 5_000
const KEYS_AGAIN_MS = 30_000
const KEYS_KEPT_MS = 12 * 3_600_000
/** While the keys cannot be had, nobody makes us ask for them more often than this. */
const FAILED_FOR_MS = 10_000

type Keys = ReturnType<typeof createRemoteJWKSet>

const metadata = z.object({ jwks_uri: z.url() })
const endorsed = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), endorsements: z.array(z.string()).optional() })),
})

export interface VerifierOptions {
  readonly appId: string
  readonly metadataUrl: string
  /** Milliseconds. */
  readonly clock: () => number
}

/**
 * Whether Teams signed it for us. Of the SDK's ways in (emulator, skill, no token at all) there is none here:
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 */
export class TokenVerifier {
  readonly #options: VerifierOptions
  #keys: Promise<Keys> | undefined
  #failedAt = Number.NEGATIVE_INFINITY

  constructor(options: VerifierOptions) {
    this.#options = options
  }

  /** The claims. Throws `Refused`: 401, or 503 where the keys cannot be had. */
  async verify(authorization: string | undefined): Promise<JWTPayload> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1]
    if (token === undefined) throw new Refused(401, 'no_bearer_token')
    const kid = this.#kidOf(token)
    const keys = await this.#keySet()
    if (this.#hasJustFailed() && !(keys.fresh && keyIn(keys, kid) !== undefined)) throw unavailable()
    const payload = await this.#checked(token, keys)
    if (!isEndorsed(keys, kid)) throw new Refused(401, 'key_not_endorsed')
    return payload
  }

  /** The name of its key. Before any cryptography and any call: what was never meant for us costs nothing. */
  #kidOf(token: string): string {
    try {
      const { iss, aud } = decodeJwt(token)
      const { alg, kid } = decodeProtectedHeader(token)
      if (iss === ISSUER && aud === this.#options.appId && alg === 'RS256' && kid !== undefined) return kid
    } catch {
      throw new Refused(401, 'token_unreadable')
    }
    throw new Refused(401, 'token_not_for_us')
  }

  async #checked(token: string, keys: Keys): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: ISSUER,
        audience: this.#options.appId,
        algorithms: ['RS256'],
        clockTolerance: SKEW_SECONDS,
        requiredClaims: ['exp'],
        currentDate: new Date(this.#options.clock()),
      })
      return payload
    } catch (error) {
      if (error instanceof errors.JOSEError && !isOfKeys(error)) throw new Refused(401, error.code.toLowerCase())
      this.#failedAt = performance.now()
      // Keys that are not too old yet are still good: only one that is not among them was asked for in vain.
      if (!keys.fresh) this.#keys = undefined
      throw unavailable()
    }
  }

  #keySet(): Promise<Keys> {
    if (this.#keys !== undefined) return this.#keys
    if (this.#hasJustFailed()) throw unavailable()
    this.#keys = askMetadata(this.#options.metadataUrl).catch(() => {
      this.#failedAt = performance.now()
      this.#keys = undefined
      throw unavailable()
    })
    return this.#keys
  }

  #hasJustFailed(): boolean {
    return performance.now() - this.#failedAt < FAILED_FOR_MS
  }
}

/** The keys could not be had: that says nothing about the token. */
function isOfKeys(error: errors.JOSEError): boolean {
  return error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC'
}

function unavailable(): Refused {
  return new Refused(503, 'signing_keys_unavailable')
}

async function askMetadata(url: string): Promise<Keys> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MAX_MS), redirect: 'error' })
  if (!response.ok) throw new Error(`metadata answered ${response.status}`)
  const { jwks_uri: address } = metadata.parse(await response.json())
  // Keys that come in the clear where the document did not are nobody's word.
  if (new URL(address).protocol !== new URL(url).protocol) throw new Error('keys by another protocol')
  const times = { timeoutDuration: FETCH_MAX_MS, cooldownDuration: KEYS_AGAIN_MS, cacheMaxAge: KEYS_KEPT_MS }
  return createRemoteJWKSet(new URL(address), times)
}

/** A key says for which channels it signs. */
function isEndorsed(keys: Keys, kid: string): boolean {
  return keyIn(keys, kid)?.endorsements?.includes(CHANNEL) === true
}

function keyIn(keys: Keys, kid: string) {
  return endorsed.safeParse(keys.jwks()).data?.keys.find((each) => each.kid === kid)
}
