import { z } from 'zod'
import type { Fault } from '../../src/ports/provider.ts'
import { type Missing, refused, unauthorized, unknownFault } from '../common/faults.ts'

/** A 401, as distinct from a 403: the credential itself is not, or not any more, one. */
export const NOT_ACCEPTED = 'GitHub answered 401: the credential is not accepted'

const RETRY_AFTER_SECONDS_MAX = 300
/** What GitHub asks for where it gives no time: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const RETRY_AFTER_SECONDS_DEFAULT = 60
const WORDS_LENGTH_MAX = 200

const thrown = z.object({
  status: z.number(),
  name: z.string().optional(),
  response: z.object({ headers: z.record(z.string(), z.unknown()), data: z.unknown().optional() }).optional(),
  cause: z.unknown().optional(),
})
const refusalBody = z.object({ message: z.string(), errors: z.unknown().optional() })
const coded = z.object({ code: z.string().regex(/^[A-Z][A-Z0-9_]{1,40}$/) })

/**
 * What an error that Octokit threw means to the port. Anything but an answer of GitHub's is `unknown`: the call may have
 * been applied. Only refusals carry GitHub's words, cut, and without the texts in `hidden`. What is no error of a
 * request is a bug, and is thrown on.
 */
export function faultOf(error: unknown, hidden: readonly string[]): Fault | Missing {
  const parsed = thrown.safeParse(error)
  if (!parsed.success) throw error
  const { status, response, cause, name } = parsed.data
  if (response === undefined) return unknownFault(networkDetail(name, cause))
  const words = wordsOf(response.data, hidden)
  if (status === 401) return unauthorized(NOT_ACCEPTED)
  if (status === 404) return { kind: 'missing' }
  if (status === 429 || (status === 403 && isThrottling(response.headers, words))) return throttled(response.headers)
  if (status === 403) return forbidden(words)
  if (status === 422 && SYNCED.test(words)) return refused('synced_elsewhere', words)
  if (status >= 500 || status < 400 || status === 408 || status === 409)
    return unknownFault(`GitHub answered ${status}`)
  return refused('invalid', words)
}

/** GitHub gives these reasons in words only: there is no code for them. */
const SYNCED =
  /\bsync(ed|hroni[sz]ed|hroni[sz]ation)\b|\bidentity provider\b|\bexternally managed\b|\benterprise team\b/i
const LAST_OWNER = /\bat least one (owner|admin)|\blast (remaining )?(owner|admin)/i

function forbidden(words: string): Fault {
  if (LAST_OWNER.test(words)) return refused('last_holder', words)
  if (SYNCED.test(words)) return refused('synced_elsewhere', words)
  return unauthorized(`GitHub answered 403: ${words}`)
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function isThrottling(headers: Readonly<Record<string, unknown>>, words: string): boolean {
  const isSpent = String(headers['x-ratelimit-remaining']) === '0'
  return headers['retry-after'] !== undefined || isSpent || /secondary rate limit|abuse detection/i.test(words)
}

function throttled(headers: Readonly<Record<string, unknown>>): Fault {
  const after = Number(headers['retry-after'])
  const reset = Number(headers['x-ratelimit-reset']) - Date.now() / 1000
  const isSpent = String(headers['x-ratelimit-remaining']) === '0'
  const given = after >= 0 ? after : isSpent && reset > 0 ? reset : RETRY_AFTER_SECONDS_DEFAULT
  const retryAfterSeconds = Math.min(Math.max(Math.ceil(given), 1), RETRY_AFTER_SECONDS_MAX)
  return { kind: 'throttled', retryAfterSeconds }
}

function networkDetail(name: string | undefined, cause: unknown): string {
  if (name === 'AbortError') return 'no answer before the deadline'
  const code = coded.safeParse(cause)
  const inner = cause instanceof Error ? coded.safeParse(cause.cause) : code
  const known = code.success ? code.data.code : inner.success ? inner.data.code : 'no reason given'
  return `no answer from GitHub: ${known}`
}

function wordsOf(data: unknown, hidden: readonly string[]): string {
  const body = refusalBody.safeParse(data)
  if (!body.success) return 'no reason given'
  const { message, errors } = body.data
  const said = Array.isArray(errors) && errors.length > 0 ? `${message}: ${JSON.stringify(errors)}` : message
  const shown = hidden.filter((each) => each !== '').reduce((text, each) => text.replaceAll(each, '[secret]'), said)
  return shown
    .replace(/\b(gh[a-z]_|github_pat_)\w+/g, '[secret]')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .slice(0, WORDS_LENGTH_MAX)
}
