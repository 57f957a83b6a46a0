import { createHash } from 'node:crypto'
import { decodeProtectedHeader, EmbeddedJWK, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { fail, ok, type Result } from '../core/result.ts'
import { thumbprintOf } from './device-key.ts'

/** A call, as its proof must name it. */
export interface ProvenCall {
  readonly method: string
  /** The address under which we are known, and the path. */
  readonly url: string
  /** That the call shows, where it shows one. */
  readonly accessToken?: string
}

export interface Proof {
  readonly thumbprint: string
  /** Of this proof and no other. */
  readonly id: string
}

/** What is wrong, in words for who writes a client. */
export type ProofProblem = { readonly code: 'proof_missing' } | { readonly code: 'proof_wrong'; readonly why: string }

const ALGORITHMS = ['ES256', 'EdDSA']
const OFF_BY_SECONDS = 60

const claims = z.object({
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  jti: z.string().min(1).max(200),
  ath: z.string().optional(),
})

/** That who calls has the key: https://www.rfc-editor.org/rfc/rfc9449#section-4.3. That it comes once is for the database. */
export async function readProof(
  header: string | undefined,
  call: ProvenCall,
  nowMs: number,
): Promise<Result<Proof, ProofProblem>> {
  if (header === undefined) return fail({ code: 'proof_missing' })
  const verified = await verify(header, nowMs)
  if (!verified.ok) return fail({ code: 'proof_wrong', why: verified.error })
  const { thumbprint, said } = verified.value
  const why = whyNot(said, call, nowMs)
  if (why !== undefined) return fail({ code: 'proof_wrong', why })
  return ok({ thumbprint, id: `proof:${thumbprint}:${hashOf(said.jti)}` })
}

interface Verified {
  readonly thumbprint: string
  readonly said: z.infer<typeof claims>
}

async function verify(proof: string, nowMs: number): Promise<Result<Verified, string>> {
  try {
    const thumbprint = await thumbprintOf(decodeProtectedHeader(proof).jwk)
    if (thumbprint === undefined) return fail('jwk is no public key on P-256 or Ed25519')
    const options = { typ: 'dpop+jwt', algorithms: ALGORITHMS, currentDate: new Date(nowMs) }
    const { payload } = await jwtVerify(proof, EmbeddedJWK, options)
    const said = claims.safeParse(payload)
    return said.success ? ok({ thumbprint, said: said.data }) : fail('htm, htu, iat or jti is missing')
  } catch (error) {
    return fail(error instanceof errors.JOSEError ? error.code : 'it is no JWT')
  }
}

function whyNot(said: Verified['said'], call: ProvenCall, nowMs: number): string | undefined {
  if (said.htm !== call.method) return `htm is not ${call.method}`
  if (bareUrl(said.htu) !== bareUrl(call.url)) return `htu is not ${call.url}`
  if (Math.abs(nowMs / 1000 - said.iat) > OFF_BY_SECONDS) return 'iat is more than 60 s off'
  const ath = call.accessToken === undefined ? undefined : hashOf(call.accessToken)
  return ath === undefined || said.ath === ath ? undefined : 'ath is not the hash of the access token'
}

/** Without query and fragment. Undefined is equal to nothing that we are called by. */
function bareUrl(written: string): string | undefined {
  const url = URL.parse(written)
  return url === null ? undefined : `${url.origin}${url.pathname}`
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
