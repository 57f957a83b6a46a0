import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GithubApp, livingToken } from './app.ts'
import { mayTouchOrganisation, notAccessible } from './app-operations.ts'
import { type Answer, type Call, type Caller, refusal } from './call.ts'
import type { Description, Operation } from './description.ts'
import { type Entry, parsed, textOf } from './entry.ts'
import type { FaultKind, Faults } from './faults.ts'
import { operations, publicOperations } from './operations.ts'
import type { Shapes } from './shapes.ts'
import { type OrganisationState, settle } from './state.ts'

type Asked = { entry: Entry; request: IncomingMessage; text: string }

export type ServiceParts = {
  url: string
  org: string
  token: string
  bot: string
  ownersAreMaintainers: boolean
  scopes: readonly string[] | undefined
  state: OrganisationState
  app: GithubApp | undefined
  shapes: Shapes
  description: Description
  faults: Faults
  onApplied: (entry: Entry, at: number) => void
}

/** Reads a request, journals it, judges it, lets a planned fault strike, and answers. */
export class Service {
  readonly journal: Entry[] = []
  readonly problems: string[] = []
  readonly faults: Faults
  readonly #parts: ServiceParts
  readonly #timers = new Set<NodeJS.Timeout>()
  #isStopped = false

  constructor(parts: ServiceParts) {
    this.#parts = parts
    this.faults = parts.faults
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#timers) clearTimeout(timer)
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request)
    if (text === undefined || this.#isStopped) return
    const [path = '/', query = ''] = (request.url ?? '/').split('?')
    const method = request.method ?? 'GET'
    const entry: Entry = { at: Date.now(), method, path, query, body: parsed(text), status: 0, applied: false }
    this.journal.push(entry)
    const asked = { entry, request, text }
    const fault = this.#disturbance(method, path)
    if (fault) this.#strike(fault, asked, response)
    else this.#answer(asked, response, this.#process(asked))
  }

  #disturbance(method: string, path: string): FaultKind | undefined {
    if (this.faults.down) return { kind: 'status', status: 503, message: 'Service unavailable' }
    if (this.faults.unauthorized) return { kind: 'status', status: 401, message: 'Bad credentials' }
    return this.faults.take(method, path)
  }

  #strike(fault: FaultKind, asked: Asked, response: ServerResponse): void {
    switch (fault.kind) {
      case 'status': {
        if (fault.apply) this.#process(asked)
        const refused = refusal(fault.status, fault.message ?? 'planned failure')
        this.#answer(asked, response, { ...refused, ...(fault.headers && { headers: fault.headers }) })
        break
      }
      case 'reset':
        if (fault.apply) this.#process(asked)
        response.socket?.destroy()
        break
      case 'hang':
        if (fault.applyAfterMs !== undefined) this.#later(fault.applyAfterMs, () => this.#process(asked))
        break
      case 'delay':
        this.#later(fault.ms, () => this.#answer(asked, response, this.#process(asked)))
        break
      case 'meanwhile':
        void Promise.resolve(fault.work()).then(() => this.#answer(asked, response, this.#process(asked)))
        break
      case 'lie':
        this.#answer(asked, response, this.#pretend(asked))
        break
      case 'late':
        this.#later(fault.ms, () => this.#process(asked))
        if (fault.answer === 'success') this.#answer(asked, response, this.#pretend(asked))
        else if (typeof fault.answer === 'number')
          this.#answer(asked, response, refusal(fault.answer, 'planned failure'))
        else response.socket?.destroy()
    }
  }

  #later(ms: number, act: () => void): void {
    if (this.#isStopped) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, ms)
    this.#timers.add(timer)
  }

  /** The answer that would be true if the change were made. */
  #pretend(asked: Asked): Answer {
    return this.#handle(asked, structuredClone(this.#parts.state))
  }

  #process(asked: Asked): Answer {
    const answer = this.#handle(asked, this.#parts.state)
    const { entry } = asked
    if (['PUT', 'DELETE'].includes(entry.method) && answer.status < 300) {
      entry.applied = true
      entry.appliedAt = Date.now()
      this.#parts.onApplied(entry, entry.appliedAt)
    }
    return answer
  }

  #handle(asked: Asked, state: OrganisationState): Answer {
    const { entry, request } = asked
    settle(state)
    if (!request.headers['user-agent']) {
      this.#report(entry, ['no user-agent'])
      return refusal(
        403,
        'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
      )
    }
    if (!/^\d{4}-\d\d-\d\d$/.test(String(request.headers['x-github-api-version'])))
      this.#report(entry, ['no X-GitHub-Api-Version'])
    const operation = this.#find(entry)
    const handler = operation && operations.get(operation.key)
    if (!operation || !handler) {
      this.#report(entry, ['no such operation'])
      return refusal(404, 'Not Found')
    }
    const answer = this.#judged(asked, operation, state, handler)
    this.#report(entry, this.#parts.description.answerProblems(operation, answer.status, answer.body))
    return answer
  }

  #judged(asked: Asked, operation: Operation, state: OrganisationState, handler: (call: Call) => Answer): Answer {
    const { entry, request } = asked
    const refused = this.#refused(asked, operation)
    const token = /^(?:bearer|token) (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const caller = this.#caller(token, operation, state)
    if (typeof caller === 'object') return caller
    const isInside = operation.key.includes(' /orgs/{org}/')
    if (caller === 'installation' && isInside && !mayTouchOrganisation({ state, token: token ?? '' }, entry.method))
      return notAccessible
    if (this.#isHidden(operation, state)) return refusal(404, 'Not Found')
    if (refused) return refused
    const query = new URLSearchParams(entry.query)
    const address = `${this.#parts.url}${entry.path}`
    return handler({
      ...this.#parts,
      state,
      caller,
      token: token ?? '',
      body: entry.body,
      params: operation.params,
      query,
      role: roleIn(entry.body),
      address,
    })
  }

  #find({ method, path }: Entry): Operation | undefined {
    try {
      return this.#parts.description.find(method, path)
    } catch {
      return undefined
    }
  }

  #refused({ entry, text }: Asked, operation: Operation): Answer | undefined {
    if (text !== '' && entry.body === text) {
      this.#report(entry, ['the body is not JSON'])
      return refusal(400, 'Problems parsing JSON')
    }
    const address = this.#parts.description.addressProblems(operation, new URLSearchParams(entry.query))
    const body = this.#parts.description.bodyProblems(operation, entry.body)
    this.#report(entry, [...address, ...body.refused, ...body.odd])
    const isRefused = body.refused.length > 0 || address.some((problem) => !problem.endsWith('is unknown'))
    return isRefused ? refusal(422, 'Validation Failed') : undefined
  }

  #caller(given: string | undefined, operation: Operation, state: OrganisationState): Caller | Answer {
    const { app, token } = this.#parts
    if (given === undefined) return refusal(401, 'Requires authentication')
    if (operation.key.includes(' /app')) {
      const objection = app ? app.objection(given) : 'A JSON web token could not be decoded'
      return objection === undefined ? 'app' : refusal(401, objection)
    }
    if (given === token) return 'user'
    return livingToken(state, given) ? 'installation' : refusal(401, 'Bad credentials')
  }

  #isHidden(operation: Operation, state: OrganisationState): boolean {
    const { org } = operation.params
    if (org !== undefined && org.toLowerCase() !== this.#parts.org.toLowerCase()) return true
    return state.blind && org !== undefined && !publicOperations.has(operation.key)
  }

  #report({ method, path }: Entry, problems: readonly string[]): void {
    for (const problem of problems) this.problems.push(`${method} ${path}: ${problem}`)
  }

  #answer({ entry }: Asked, response: ServerResponse, { status, body, headers }: Answer): void {
    entry.status = status
    response.writeHead(status, {
      'x-github-request-id': randomUUID(),
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4999',
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
      ...(this.#parts.scopes !== undefined && { 'x-oauth-scopes': this.#parts.scopes.join(', ') }),
      ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
      ...headers,
    })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }
}

function roleIn(body: unknown): string | undefined {
  return body !== null && typeof body === 'object' && 'role' in body ? String(body.role) : undefined
}
