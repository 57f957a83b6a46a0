import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticate, authorize, checkCredential, type Decision } from './authority.ts'
import type { Call, Operation } from './call.ts'
import { type Entry, newEntry, wholeOf } from './entry.ts'
import { type FaultKind, type Faults, isWrite } from './faults.ts'
import { answerFederation, isFederation, readFederation } from './federation.ts'
import { loadModels, type ServiceModel } from './model.ts'
import { operationsOf } from './operations.ts'
import type { Past } from './past.ts'
import { invalid, Refusal } from './refusal.ts'
import { parseAuthorization, type SignedRequest } from './signature.ts'
import type { AwsState } from './state.ts'
import { type Asked, type Reply, readRequest, refusalProblems, writeAnswer, writeRefusal } from './wire.ts'

type Incoming = { entry: Entry; asked: Asked; request: SignedRequest }

export type ServiceParts = {
  state: AwsState
  faults: Faults
  past: Past
  pageSize: number
  now: () => number
  onApplied: (entry: Entry) => void
}

/** Reads a request, journals it, lets a planned fault strike, judges it, and answers. */
export class Service {
  readonly journal: Entry[] = []
  readonly problems: string[] = []
  readonly decisions: Decision[] = []
  readonly #parts: ServiceParts
  readonly #models: readonly ServiceModel[] = loadModels()
  readonly #timers = new Set<NodeJS.Timeout>()
  #isStopped = false

  constructor(parts: ServiceParts) {
    this.#parts = parts
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#timers) clearTimeout(timer)
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await wholeOf(message)
    if (request === undefined || this.#isStopped) return
    const asked = this.#read(request)
    const incoming = { entry: newEntry(asked, this.#parts.now()), asked, request }
    this.journal.push(incoming.entry)
    const fault = this.#parts.faults.take(asked.service, asked.operation)
    if (fault) this.#strike(fault, incoming, response)
    else this.#send(incoming, response, this.#process(incoming))
  }

  #read(request: SignedRequest): Asked {
    if (isFederation(request)) return readFederation(request)
    return readRequest(this.#models, parseAuthorization(request.headers.authorization)?.service, request)
  }

  #strike(fault: FaultKind, incoming: Incoming, response: ServerResponse): void {
    switch (fault.kind) {
      case 'refusal': {
        if (fault.apply) this.#process(incoming)
        const { code, status, message = 'planned failure', headers } = fault
        this.#send(incoming, response, new Refusal(code, status, message, headers))
        break
      }
      case 'reset':
        if (fault.apply) this.#process(incoming)
        response.socket?.destroy()
        break
      case 'hang':
        if (fault.applyAfterMs !== undefined) this.#later(fault.applyAfterMs, () => this.#process(incoming))
        break
      case 'delay':
        this.#later(fault.ms, () => this.#send(incoming, response, this.#process(incoming)))
        break
      case 'meanwhile':
        void Promise.resolve(fault.work()).then(() => this.#send(incoming, response, this.#process(incoming)))
        break
      case 'lie':
        this.#send(incoming, response, this.#pretend(incoming))
        break
      case 'late':
        this.#later(fault.ms, () => this.#process(incoming))
        if (fault.answer === 'success') this.#send(incoming, response, this.#pretend(incoming))
        else if (fault.answer === 'error')
          this.#send(incoming, response, new Refusal('InternalFailure', 500, 'planned failure'))
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
  #pretend(incoming: Incoming): Reply | Refusal {
    return this.#handle(incoming, structuredClone(this.#parts.state))
  }

  #process(incoming: Incoming): Reply | Refusal {
    const { state, past, now, onApplied } = this.#parts
    const { entry } = incoming
    const isChange = isWrite(entry.operation)
    if (isChange) past.remember(now(), state.accounts)
    const reply = this.#handle(incoming, state)
    if (isChange && !(reply instanceof Refusal)) {
      entry.applied = true
      entry.appliedAt = now()
      onApplied(entry)
    }
    return reply
  }

  #handle(incoming: Incoming, state: AwsState): Reply | Refusal {
    const { entry, asked } = incoming
    try {
      if (asked.service === 'federation') return answerFederation(asked, state, this.#parts.now())
      const answer = this.#answer(incoming, state)
      const { model, described } = asked
      if (model && described?.output !== undefined)
        this.#report(entry, model.problems(described.output, answer, 'answer'))
      return writeAnswer(asked, answer)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#report(entry, refusalProblems(asked, error))
      return error
    }
  }

  #answer(incoming: Incoming, state: AwsState): unknown {
    const { entry, asked, request } = incoming
    const { past, pageSize, now: clock, faults } = this.#parts
    const now = clock()
    const caller = authenticate(state, request, now)
    entry.caller = caller.arn
    checkCredential(faults, caller, asked.operation)
    const operation = this.#judged(incoming)
    const { operation: name, parameters } = asked
    const seen = past.reads(now, state.accounts)
    const call: Call = { operation: name, state, seen, now, caller, parameters, pageSize }
    const policies = past.policies(now, state.accounts)
    authorize(call, { needs: operation.needs(call), policies, onDecision: (decision) => this.decisions.push(decision) })
    return operation.answer(call)
  }

  /** The operation, if it is one and the request has the form that the model describes. */
  #judged({ entry, asked, request }: Incoming): Operation {
    const { service, operation: name, model, described, parameters } = asked
    const operation = operationsOf.get(service)?.get(name)
    if (!operation || !described) {
      this.#report(entry, ['no such operation'])
      throw new Refusal('InvalidAction', 400, `Could not find operation ${name} for ${service}`)
    }
    if (!request.headers['user-agent']) this.#report(entry, ['no user-agent'])
    const problems = model && described.input !== undefined ? model.problems(described.input, parameters) : []
    this.#report(entry, problems)
    if (problems.length > 0) throw invalid(`${problems.length} validation error detected: ${problems.join('; ')}`)
    return operation
  }

  #report({ service, operation }: Entry, problems: readonly string[]): void {
    for (const problem of problems) this.problems.push(`${service} ${operation}: ${problem}`)
  }

  #send({ entry, asked, request }: Incoming, response: ServerResponse, reply: Reply | Refusal): void {
    if (reply instanceof Refusal) entry.code = reply.code
    const { status, headers, body } = reply instanceof Refusal ? writeRefusal(asked, reply) : reply
    entry.status = status
    response.sendDate = false
    const length = { 'content-length': Buffer.byteLength(body) }
    response.writeHead(status, { date: new Date(this.#parts.now()).toUTCString(), ...length, ...headers })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}
