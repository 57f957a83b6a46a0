import { fail, ok, type Result } from '../core/result.ts'
import { notThand, type Trouble, troubleOf, unreachable } from './trouble.ts'

const DEADLINE_MS = 10_000

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below `/api/v1`. */
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
  readonly json?: unknown
}

export interface Answer {
  readonly status: number
  readonly body: unknown
  /** Of RFC 6749, where a refused token call has one. */
  readonly error: string | undefined
  /** Set when the server said no. */
  readonly trouble: Trouble | undefined
  /** The server's clock less ours, as far as a second tells. */
  readonly clockAheadSeconds: number
}

export function urlOf(server: string, { path }: Call): string {
  return `${server}/api/v1${path}`
}

/** One call with a deadline. No redirect is followed: a token is for this server and no other. */
export async function callServer(
  server: string,
  call: Call,
  headers: Readonly<Record<string, string>>,
): Promise<Result<Answer, Trouble>> {
  try {
    const answering = fetch(urlOf(server, call), {
      method: call.method,
      headers: { accept: 'application/json', ...contentType(call), ...headers },
      body: bodyOf(call),
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    const response = await answering
    return toAnswer(server, response, await response.text(), (await import('../wire/problem.ts')).problem)
  } catch (error) {
    return fail(troubleOfCall(server, error))
  }
}

function contentType(call: Call): Readonly<Record<string, string>> {
  if (call.form !== undefined) return { 'content-type': 'application/x-www-form-urlencoded' }
  return call.json === undefined ? {} : { 'content-type': 'application/json' }
}

function bodyOf(call: Call): string | null {
  if (call.form !== undefined) return new URLSearchParams(call.form).toString()
  return call.json === undefined ? null : JSON.stringify(call.json)
}

type ProblemSchema = typeof import('../wire/problem.ts')['problem']

function toAnswer(server: string, response: Response, text: string, schema: ProblemSchema): Result<Answer, Trouble> {
  const { status } = response
  const sentAt = Date.parse(response.headers.get('date') ?? '')
  const clockAheadSeconds = Number.isNaN(sentAt) ? 0 : Math.round((sentAt - Date.now()) / 1000)
  if (status === 204) return ok({ status, body: undefined, error: undefined, trouble: undefined, clockAheadSeconds })
  const body = parseJson(text)
  if (response.ok && body !== undefined)
    return ok({ status, body, error: undefined, trouble: undefined, clockAheadSeconds })
  const said = schema.safeParse(body)
  if (said.success && !response.ok)
    return ok({ status, body, error: said.data.error, trouble: troubleOf(said.data), clockAheadSeconds })
  return fail([502, 503, 504].includes(status) ? unreachable(server, `status ${status}`) : notThand(server, status))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const CERTIFICATE = /CERT|SIGNATURE|SSL|TLS/

function troubleOfCall(server: string, error: unknown): Trouble {
  const why = reasonOf(error)
  if (!CERTIFICATE.test(why)) return unreachable(server, why)
  return {
    code: 'certificate_refused',
    message: `The certificate of ${server} is not one that this machine trusts (${why}).`,
    hint: 'If your company signs it itself, set NODE_EXTRA_CA_CERTS to the file of its authority.',
    exitCode: 1,
  }
}

/** `fetch` hides what happened in the cause: the code of the system, never a header or a body. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error.name === 'TimeoutError') return `no answer within ${DEADLINE_MS / 1000} s`
  const { cause } = error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.message : error.message
}
