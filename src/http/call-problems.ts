import { problemOf, Refused } from './problem.ts'
import type { ProofProblem } from './read-proof.ts'

/** What is wrong with a call itself, whatever it asks for. */
export type CallProblem =
  | ProofProblem
  | { readonly code: 'token_missing' | 'token_wrong' | 'token_expired' | 'proof_replayed' | 'device_ended' }

const LOG_IN = 'Log in again: thand login'

const WORDS: { readonly [C in CallProblem['code']]: readonly [detail: string, hint: string] } = {
  token_missing: ['This needs a device that is logged in', LOG_IN],
  token_wrong: ['The access token is not one of ours', LOG_IN],
  token_expired: ['The access token is older than five minutes', 'Get a new one with the refresh token'],
  proof_missing: ['The DPoP header is missing', 'Each call needs a proof of the device key of its own (RFC 9449)'],
  proof_wrong: [
    'The DPoP proof does not prove this call',
    'Look at the clock of this machine, and at the address of the server',
  ],
  proof_replayed: ['This DPoP proof was used before', 'Each call needs a proof of its own: a new jti'],
  device_ended: ['This device is logged out', LOG_IN],
}

/** 401, in the way of RFC 9449, section 7.1. */
export function unauthorized(wrong: CallProblem): Refused {
  const { code } = wrong
  const [detail, hint] = WORDS[code]
  const exact = code === 'proof_wrong' ? `${detail}: ${wrong.why}` : detail
  const error = code.startsWith('proof') ? 'invalid_dpop_proof' : 'invalid_token'
  const challenge = code === 'token_missing' ? '' : `error="${error}", `
  return new Refused(problemOf({ status: 401, code, detail: exact, hint }), {
    'www-authenticate': `DPoP ${challenge}algs="ES256 EdDSA"`,
  })
}

export function wrongField(field: string, message: string): Refused {
  const detail = `${field}: ${message}`
  return new Refused(problemOf({ status: 400, code: 'invalid', detail, errors: [{ field, message }] }))
}

export function notThere(): Refused {
  return new Refused(
    problemOf({ status: 404, code: 'not_found', detail: 'There is nothing here', hint: 'See /api/v1/openapi.json' }),
  )
}

export function tooMany(retryAfterSeconds: number): Refused {
  const hint = `Try again in ${retryAfterSeconds} s`
  return new Refused(problemOf({ status: 429, code: 'too_many_calls', detail: 'That was too many calls', hint }), {
    'retry-after': String(retryAfterSeconds),
  })
}
