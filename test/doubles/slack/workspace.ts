import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { RESPONSE_URL, type SlackFault } from './faults.ts'
import { isRecord, type JsonRecord, parsed, recordOf } from './json.ts'
import { METHODS } from './methods.ts'
import { broken, brokenBy, type Outcome } from './outcome.ts'
import { receiveResponse } from './response-url.ts'
import { SlackState, type SlackWorkspaceOptions } from './state.ts'

export type {
  SlackCall,
  SlackChange,
  SlackChannel,
  SlackEphemeral,
  SlackMessage,
  SlackPerson,
  SlackResponse,
  SlackView,
  SlackWorkspaceOptions,
} from './state.ts'

export type SlackWorkspace = SlackState & {
  readonly url: string
  /** Ends with a slash, as the `slackApiUrl` of the SDK must. */
  readonly apiUrl: string
  close(): Promise<void>
}

/** A Slack workspace on a port of this machine: it remembers, and refuses what Slack would refuse. */
export async function startSlackWorkspace(options: SlackWorkspaceOptions): Promise<SlackWorkspace> {
  const state = new SlackState(options)
  const server = createServer((request, response) => {
    serve(state, request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`
  state.socketUrl = url.replace('http:', 'ws:')
  state.sockets.attach(server)
  const close = () =>
    new Promise<void>((closed) => {
      state.sockets.close()
      server.close(() => closed())
      server.closeAllConnections()
    })
  return Object.assign(state, { url, apiUrl: `${url}/api/`, close })
}

async function serve(state: SlackState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
  const body = Buffer.concat(chunks).toString()
  const isResponse = url.pathname.startsWith('/response/')
  const method = isResponse ? RESPONSE_URL : url.pathname.replace(/^\/api\//, '')
  const args = isResponse ? recordOf(parsed(body)) : argumentsOf(request, url, body)

  const fault: SlackFault | undefined = state.faults.down ? undefined : state.faults.take(method)
  if (fault?.delayMs !== undefined) await sleep(fault.delayMs)
  const planned = state.faults.down ? { status: 503, error: 'service_unavailable' } : plannedAnswer(fault)
  if (planned) {
    record(state, method, args, { answer: { ok: false, error: planned.error } })
    if (planned.status === 0) return void request.socket.destroy()
    return send(response, planned.status, { ok: false, error: planned.error }, planned.headers)
  }

  const outcome = isResponse
    ? receiveResponse(state, url.href, parsed(body))
    : record(state, method, args, run(state, method, { request, args }))
  if (fault?.kind === 'reset_after') return void request.socket.destroy()
  const scopes = state.scopes === undefined ? {} : { 'x-oauth-scopes': state.scopes.join(',') }
  send(response, isResponse && outcome.answer['ok'] !== true ? 404 : 200, outcome.answer, scopes)
}

function plannedAnswer(
  fault: SlackFault | undefined,
): { status: number; error: string; headers?: Record<string, string> } | undefined {
  switch (fault?.kind) {
    case 'http500':
      return { status: 500, error: 'internal_error' }
    case 'rate_limited':
      return { status: 429, error: 'ratelimited', headers: { 'retry-after': String(fault.retryAfterSeconds ?? 1) } }
    case 'reset_before':
      return { status: 0, error: 'connection reset' }
    case 'error':
      return { status: 200, error: fault.error ?? 'fatal_error' }
    default:
      return undefined
  }
}

function run(state: SlackState, name: string, call: { request: IncomingMessage; args: JsonRecord }): Outcome {
  const method = METHODS[name]
  if (!method) return brokenBy('unknown_method', '/', `unknown method ${name}`)
  const token = call.request.headers.authorization?.replace(/^Bearer /i, '') ?? call.args['token']
  if (token === undefined) return brokenBy('not_authed', '/token', 'no token')
  const wanted = name === 'apps.connections.open' ? state.appToken : state.botToken
  if (token !== wanted) return { answer: { ok: false, error: 'invalid_auth' } }
  const missing = method.required
    .filter((field) => call.args[field] === undefined || call.args[field] === '')
    .map((field) => ({ error: 'invalid_arguments', pointer: `/${field}`, message: `missing required field: ${field}` }))
  const [first, ...others] = missing
  return first ? broken(first, ...others) : method.run(call.args, state)
}

function record(state: SlackState, method: string, args: JsonRecord, outcome: Outcome): Outcome {
  const { ok, error } = outcome.answer
  const { token: _secret, ...shown } = args
  state.calls.push({
    at: state.now(),
    method,
    args: shown,
    ok: ok === true,
    ...(typeof error === 'string' ? { error } : {}),
    ...(outcome.problem === undefined ? {} : { problem: outcome.problem }),
  })
  return outcome
}

const NESTED = new Set(['blocks', 'view', 'metadata', 'attachments'])

/** A form carries objects as JSON, field by field; everything else in it stays text. */
function argumentsOf(request: IncomingMessage, url: URL, body: string): JsonRecord {
  const inQuery = Object.fromEntries(url.searchParams)
  if (request.headers['content-type']?.includes('json')) {
    const inBody = parsed(body)
    return { ...inQuery, ...(isRecord(inBody) ? inBody : {}) }
  }
  const form = [...new URLSearchParams(body)].map(([field, value]) => [
    field,
    NESTED.has(field) ? parsed(value) : value,
  ])
  return { ...inQuery, ...Object.fromEntries(form) }
}

function send(response: ServerResponse, status: number, body: JsonRecord, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}
