import { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { type Missing, refused, unauthorized, unknownFault, unseen } from '../common/faults.ts'

export type Answered<T> = Result<T, Fault | Missing>

const RETRY_AFTER_SECONDS_MAX = 300
/** IAM gives no time; its own clients begin with less than this. */
const RETRY_AFTER_SECONDS_DEFAULT = 2
const WORDS_LENGTH_MAX = 200

const thrown = z.object({
  name: z.string(),
  message: z.string().default(''),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
  $response: z.object({ headers: z.record(z.string(), z.string()) }).optional(),
  code: z.string().optional(),
})

/** What came of one call of the SDK. Nothing of ours repeats it. */
export async function answered<T>(sent: Promise<T>): Promise<Answered<T>> {
  try {
    return ok(await sent)
  } catch (error) {
    return fail(faultOf(error))
  }
}

/** A missing thing that our own way of asking should have found: only what is wrong with us explains it. */
export function present<T>(answer: Answered<T>, what: string): Result<T, Fault> {
  if (answer.ok) return answer
  return fail(answer.error.kind === 'missing' ? unseen(`AWS does not show ${what}`) : answer.error)
}

/** What AWS says to a credential that does not work any more, or not for this: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const NO_MORE = /^AWS answered (AccessDenied|ExpiredToken|InvalidClientTokenId)/

/** A refusal of the credential that asked; other ones are about the request, the clock or the way there. */
export function isRefusedCredential(fault: Fault | Missing): boolean {
  return fault.kind === 'unauthorized' && NO_MORE.test(fault.detail)
}

/** We are who we say, and may not do this. */
export function isDenied(fault: Fault): boolean {
  return fault.kind === 'unauthorized' && fault.detail.startsWith('AWS answered AccessDenied')
}

/** What the account or the user may have of something is used up: only people can make room. */
export function isAtQuota(fault: Fault): boolean {
  return fault.kind === 'refused' && fault.detail.startsWith('LimitExceeded')
}

export function throttledFor(retryAfterSeconds: number): Fault {
  return { kind: 'throttled', retryAfterSeconds }
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the errors of each operation */
const THROTTLING = /^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestThrottled|BandwidthLimit)/
/** Another change is under way there; this one was not made. */
const BUSY = /^(ConcurrentModification|EntityTemporarilyUnmodifiable|ConflictException|OperationNotPermitted)/
const NOT_OURS =
  /^(AccessDenied|InvalidClientTokenId|ExpiredToken|SignatureDoesNotMatch|UnrecognizedClient|IncompleteSignature|MissingAuthentication|UnauthorizedOperation|NotAuthorized|OptInRequired|InvalidAccessKeyId|CredentialsProviderError|RegionDisabled|InvalidIdentityToken|IDPRejectedClaim|RequestExpired|InvalidSignature)/
/** Named so whatever their status is: JSON services give 400 to many of their errors. */
const THEIR_FAULT = /^(Internal(Server|Failure|Error)|Service(Unavailable|Failure|Exception)|IDPCommunicationError)/
const NOT_THERE = /^(NoSuchEntity|ResourceNotFound|NoSuchKey)/

function faultOf(error: unknown): Fault | Missing {
  const parsed = thrown.safeParse(error)
  if (!parsed.success) throw error
  const { name, message, $metadata, $response, code } = parsed.data
  const status = $metadata?.httpStatusCode
  if (NOT_OURS.test(name)) return unauthorized(`AWS answered ${name}`)
  if (status === undefined) return fromNetwork(error, name, code)
  if (THROTTLING.test(name) || status === 429) return throttledFor(secondsIn($response?.headers['retry-after']))
  if (BUSY.test(name)) return throttledFor(1)
  if (NOT_THERE.test(name)) return { kind: 'missing' }
  if (THEIR_FAULT.test(name) || status >= 500 || status < 400 || status === 408)
    return unknownFault(`AWS answered ${status} ${name}`)
  if (status === 401 || status === 403) return unauthorized(`AWS answered ${status} ${name}`)
  return refused('invalid', `${name}: ${wordsOf(message)}`)
}

/** What is no error of a request is a bug, and is thrown on. */
function fromNetwork(error: unknown, name: string, code: string | undefined): Fault {
  if (name === 'AbortError') return unknownFault('no answer before the deadline')
  if (name === 'TimeoutError') return unknownFault('no answer from AWS in time')
  if (code !== undefined && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return unknownFault(`no answer from AWS: ${code}`)
  if (['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'].includes(name)) throw error
  return unknownFault(`no answer from AWS: ${name}`)
}

function secondsIn(header: string | undefined): number {
  const seconds = Math.ceil(Number(header ?? Number.NaN))
  const given = Number.isFinite(seconds) ? seconds : RETRY_AFTER_SECONDS_DEFAULT
  return Math.min(Math.max(given, 1), RETRY_AFTER_SECONDS_MAX)
}

/** AWS repeats what was sent, never a secret; keys are cut out all the same. */
export function wordsOf(message: string): string {
  return message
    .replace(/\b(AKIA|ASIA)[A-Z0-9]{12,}/g, '[secret]')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .slice(0, WORDS_LENGTH_MAX)
}
