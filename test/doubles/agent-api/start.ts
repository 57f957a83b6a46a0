import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { CommandAnswer } from '../../../src/wire/command.ts'
import type { Credential } from '../../../src/wire/credential.ts'
import { DEVICE_GRANT } from '../../../src/wire/device.ts'
import type { WireRole } from '../../../src/wire/role.ts'
import type { Session } from '../../../src/wire/session.ts'
import { proofCheck, thumbprintOf } from './proofs.ts'

export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** The API for a client, as strict as the RFCs, and with answers that a test makes up: also such as the real one never gives. */
export interface AgentApi {
  readonly url: string
  readonly sessions: Session[]
  readonly roles: WireRole[]
  /** What each pull of one gives. */
  readonly credentials: Map<string, Credential | (() => Credential | Promise<Credential>)>
  /** Method and path of each call, in order. */
  readonly calls: string[]
  readonly lines: string[]
  /** Refresh tokens that came twice, which ends the log-in. */
  reused: number
  accessSeconds: number
  answerTo: (line: string) => Reply
  /** Tokens are made, and sent when this is fulfilled. */
  tokensWait: Promise<void>
  /** What every call is answered instead. */
  instead: Reply | undefined
  confirm(userCode: string, person: string): void
  close(): Promise<void>
}

interface Pending {
  readonly userCode: string
  readonly thumbprint: string
  person?: string
  askedAt: number
}

interface Bound {
  readonly id: string
  readonly person: string
  readonly thumbprint: string
  access: { readonly token: string; readonly until: number }
  refresh: string
  readonly spent: Set<string>
}

const INTERVAL_SECONDS = 1

export async function startAgentApi(): Promise<AgentApi> {
  const check = proofCheck()
  const pending = new Map<string, Pending>()
  const bound: Bound[] = []
  const api: AgentApi = {
    url: '',
    sessions: [],
    roles: [],
    credentials: new Map(),
    calls: [],
    lines: [],
    reused: 0,
    accessSeconds: 300,
    answerTo: () => refusal(400, 'unknown_word', 'There is no such word.'),
    tokensWait: Promise.resolve(),
    instead: undefined,
    confirm(userCode, person) {
      for (const each of pending.values()) if (each.userCode === userCode) each.person = person
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }

  const grant = (device: Bound): Reply => {
    device.access = { token: opaque(), until: Date.now() + api.accessSeconds * 1000 }
    device.refresh = opaque()
    const { id, person, access, refresh } = device
    const token = {
      access_token: access.token,
      refresh_token: refresh,
      token_type: 'DPoP',
      expires_in: api.accessSeconds,
    }
    return { status: 200, body: { ...token, device_id: id, person } }
  }

  const authorize = async (form: URLSearchParams): Promise<Reply> => {
    const key = JSON.parse(form.get('device_key') ?? '{}')
    const names = [...form.keys()].sort().join()
    if (names !== 'client_id,device_key,device_name,host_name' || form.get('client_id') !== 'thand' || 'd' in key)
      return refusal(400, 'invalid_request', `not these fields: ${names}`)
    const code = { device_code: opaque(), user_code: userCode() }
    pending.set(code.device_code, {
      userCode: code.user_code,
      thumbprint: await thumbprintOf(key),
      askedAt: Date.now(),
    })
    return { status: 200, body: { ...code, verification_uri: api.url, expires_in: 600, interval: INTERVAL_SECONDS } }
  }

  const byDeviceCode = (code: string, thumbprint: string): Reply => {
    const asked = pending.get(code)
    if (asked === undefined || asked.thumbprint !== thumbprint) return oauth('invalid_grant')
    const isFast = Date.now() - asked.askedAt < INTERVAL_SECONDS * 1000 - 50
    asked.askedAt = Date.now()
    if (isFast) return oauth('slow_down')
    if (asked.person === undefined) return oauth('authorization_pending')
    pending.delete(code)
    const access = { token: '', until: 0 }
    const device = {
      id: `dev_${opaque().slice(0, 8)}`,
      person: asked.person,
      thumbprint,
      access,
      refresh: '',
      spent: new Set<string>(),
    }
    bound.push(device)
    return grant(device)
  }

  const byRefresh = (token: string, thumbprint: string): Reply => {
    const device = bound.find((each) => each.refresh === token || each.spent.has(token))
    if (device === undefined || device.thumbprint !== thumbprint) return oauth('invalid_grant')
    if (device.spent.has(token)) {
      api.reused += 1
      bound.splice(bound.indexOf(device), 1)
      return oauth('invalid_grant')
    }
    device.spent.add(token)
    return grant(device)
  }

  const route = async (request: IncomingMessage, path: string, body: string): Promise<Reply> => {
    const form = new URLSearchParams(body)
    const [url, method] = [`${api.url}/api/v1${path}`, request.method ?? '']
    const proof = request.headers['dpop']?.toString()
    if (path === '/device_authorization') return authorize(form)
    if (path === '/token') {
      const checked = await check(proof, { method, url })
      if ('why' in checked) return oauth('invalid_dpop_proof', checked.why)
      if (form.get('grant_type') === DEVICE_GRANT)
        return byDeviceCode(form.get('device_code') ?? '', checked.thumbprint)
      return byRefresh(form.get('refresh_token') ?? '', checked.thumbprint)
    }
    const accessToken = /^DPoP (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const device = bound.find((each) => each.access.token === accessToken && each.access.until > Date.now())
    const checked = await check(proof, { method, url, accessToken })
    if (device === undefined || 'why' in checked || checked.thumbprint !== device.thumbprint)
      return refusal(401, 'invalid_token', 'The token does not count.')
    return resource(api, bound, device, { method, path, body })
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const path = url.pathname.replace(/^\/api\/v1/, '')
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk)
    api.calls.push(`${request.method} ${path}${url.search}`)
    const reply = api.instead ?? (await route(request, path, body))
    if (path === '/token') await api.tokensWait
    send(response, reply)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  return Object.assign(api, {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
  })
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly body: string
}

async function resource(api: AgentApi, bound: Bound[], device: Bound, asked: Asked): Promise<Reply> {
  const { method, path, body } = asked
  const [, kind, id = '', part] = path.split('/')
  if (method === 'DELETE' && kind === 'devices') {
    const at = bound.findIndex((each) => each.id === id && each.person === device.person)
    if (at < 0) return refusal(404, 'not_found', 'There is no such device.')
    bound.splice(at, 1)
    return { status: 204, body: undefined }
  }
  if (kind === 'devices') {
    const now = new Date().toISOString()
    const mine = bound.filter((each) => each.person === device.person)
    return {
      status: 200,
      body: {
        devices: mine.map((each) => ({
          id: each.id,
          name: 'n',
          host: 'h',
          bound_at: now,
          seen_at: now,
          is_this: each === device,
        })),
      },
    }
  }
  if (kind === 'roles') return { status: 200, body: { roles: api.roles } }
  if (kind === 'commands') {
    const { line } = JSON.parse(body)
    api.lines.push(line)
    return api.answerTo(line)
  }
  if (id === '') return { status: 200, body: { sessions: api.sessions } }
  const session = api.sessions.find((each) => each.id === id)
  if (session === undefined) return refusal(404, 'not_found', `There is no ${id} of yours.`)
  if (part === undefined) return { status: 200, body: session }
  if (method === 'DELETE') return { status: 204, body: undefined }
  const credential = api.credentials.get(id)
  return credential === undefined
    ? refusal(409, 'no_credential', 'The right is on your own account.')
    : { status: 200, body: typeof credential === 'function' ? await credential() : credential }
}

export function refusal(status: number, code: string, detail: string, hint?: string): Reply {
  return {
    status,
    body: { type: 'about:blank', title: code, status, code, detail, ...(hint === undefined ? {} : { hint }) },
  }
}

function oauth(error: string, detail: string = error): Reply {
  return { status: 400, body: { type: 'about:blank', title: error, status: 400, code: error, detail, error } }
}

export function cardOf(title: string, id?: string): Reply {
  const card: CommandAnswer['card'] = { title: [title], lines: [] }
  return { status: 200, body: { card, ...(id === undefined ? {} : { id }) } }
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  response.writeHead(status, {
    ...headers,
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
  })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

function opaque(): string {
  return randomBytes(24).toString('base64url')
}

function userCode(): string {
  const letters = Array.from(randomBytes(8), (byte) => 'BCDFGHJKLMNPQRSTVWXZ'.charAt(byte % 20)).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
