import { problem } from '../wire/problem.ts'
import { PROBLEM_TYPE } from './answer-error.ts'

const answer = (description: string) => ({ description, content: { [PROBLEM_TYPE]: { schema: problem } } })

/** What every route may answer instead. */
export const PROBLEM_ANSWERS = {
  '4xx': answer('Refused: `code` says why, for programs; `detail` and `hint` for people'),
  '5xx': answer('The database or the chat platform cannot be reached: try again'),
}

const DPOP = 'An access token, and in the header `DPoP` a proof of the key that it is bound to (RFC 9449)'
export const SECURITY_SCHEMES = { device: { type: 'http', scheme: 'DPoP', description: DPOP } } as const
export const BY_DEVICE = [{ device: [] }]
