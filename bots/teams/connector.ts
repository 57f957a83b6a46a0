import type { AppToken } from './app-token.ts'
import type { ServiceUrls } from './service-url.ts'

const CALL_MAX_MS = 10_000

export type Reply =
  | { readonly kind: 'ok'; readonly body: unknown }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly code: string
      readonly retryAfterSeconds: number | undefined
    }
  /** It may have been done. */
  | { readonly kind: 'unknown'; readonly why: string }

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly serviceUrl: string
  /** Parts of the path after `v3/`, not yet encoded. */
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * Calls to the Bot Connector. Nothing is tried twice here: the SDK's client repeats a POST after an answer of 5xx or a lost
 * connection, and a card would stand there twice. Our token goes to a host of Teams' own and nowhere else, whatever is stored.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
export class Connector {
  readonly #token: AppToken
  readonly #serviceUrls: ServiceUrls

  constructor(token: AppToken, serviceUrls: ServiceUrls) {
    this.#token = token
    this.#serviceUrls = serviceUrls
  }

  async call(call: Call): Promise<Reply> {
    if (!this.#serviceUrls.isOurs(call.serviceUrl))
      return { kind: 'refused', status: 403, code: 'service_url_not_allowed', retryAfterSeconds: undefined }
    let token: string
    try {
      token = await this.#token.get()
    } catch (error) {
      return { kind: 'unknown', why: whyOf(error) }
    }
    const reply = await send(call, token)
    if (reply.kind === 'refused' && reply.status === 401) this.#token.drop(token)
    return reply
  }
}

async function send({ method, serviceUrl, path, query = {}, body }: Call, token: string): Promise<Reply> {
  const base = serviceUrl.endsWith('/') ? serviceUrl : `${serviceUrl}/`
  const url = new URL(`${base}v3/${path.map(encodeURIComponent).join('/')}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  try {
    const response = await fetch(url, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_MAX_MS),
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return await replyOf(response)
  } catch (error) {
    return { kind: 'unknown', why: whyOf(error) }
  }
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text()
  const body = parsed(text)
  if (response.ok) return { kind: 'ok', body }
  if (response.status >= 500) return { kind: 'unknown', why: `connector_${response.status}` }
  const seconds = Number(response.headers.get('retry-after'))
  return {
    kind: 'refused',
    status: response.status,
    code: codeIn(body) ?? `status_${response.status}`,
    retryAfterSeconds: Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds), 300) : undefined,
  }
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `{ "error": { "code": "BotNotInConversationRoster", … } }` */
function codeIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined
  const { error } = body
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' && /^[\w.-]{1,60}$/.test(error.code) ? error.code : undefined
}

export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown_error'
  if (error.name === 'TimeoutError') return 'timeout'
  const { cause } = error
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : error.message.slice(0, 100)
}
