import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api'
import type { Secret } from '../../src/core/secret.ts'
import type { Delivery } from '../../src/ports/chat.ts'
import { quietLogger } from './quiet-logger.ts'

/** Two clients, so that what a person waits for never queues behind what nobody waits for. */
export interface WebApi {
  readonly interactive: WebClient
  readonly outbox: WebClient
}

export interface WebApiOptions {
  readonly apiUrl: string
  readonly botToken: Secret
}

const INTERACTIVE_TIMEOUT_MS = 2000
const OUTBOX_TIMEOUT_MS = 10_000

export function createWebApi(options: WebApiOptions): WebApi {
  return {
    interactive: client(options, INTERACTIVE_TIMEOUT_MS),
    outbox: client(options, OUTBOX_TIMEOUT_MS),
  }
}

/** Never retries by itself: a post that is sent again is a second message. */
function client({ apiUrl, botToken }: WebApiOptions, timeout: number): WebClient {
  return new WebClient(botToken.reveal(), {
    slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
    allowAbsoluteUrls: false,
    timeout,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quietLogger,
  })
}

/** Slack's own trouble: it may have done what it was asked before it had it. */
const MAYBE_DONE: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
])

/** The code that Slack answered with; `undefined` when it did not answer at all. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof WebAPIPlatformError)) return undefined
  const { error: code } = error.data
  return CODE.test(code) ? code : 'unreadable_code'
}

/** It is logged and stored, so it must be a word of Slack's and no text of anybody. */
const CODE = /^[a-z0-9_]{1,60}$/

export function failedDelivery(error: unknown): Delivery {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'slow_down', seconds: error.retryAfter }
  const code = codeOf(error)
  if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'slow_down', seconds: 30 }
  if (code === undefined || MAYBE_DONE.has(code)) return { kind: 'unknown', why: whyOf(error) }
  return code === 'message_not_found' ? { kind: 'gone' } : { kind: 'unreachable', why: code }
}

/** For the log: a code, never what was sent. */
export function whyOf(error: unknown): string {
  if (error instanceof WebAPIHTTPError) return `http_${error.statusCode}`
  if (error instanceof WebAPIRequestError)
    return error.original.name === 'TimeoutError' ? 'timeout' : 'connection_failed'
  if (error instanceof WebAPIRateLimitedError) return 'ratelimited'
  return codeOf(error) ?? (error instanceof Error ? error.name : 'unknown_error')
}
