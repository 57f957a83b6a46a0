/** What goes wrong on purpose. Each planned fault strikes the next matching requests, in the order of planning. */

/** `writes`: whatever changes something; also AssumeRole, which makes a credential. */
export type FaultMatcher = { operation?: string | RegExp; service?: string; writes?: boolean }

export type FaultKind =
  /** Refuses in the words of the service; with `apply`, only after the change was made. */
  | {
      kind: 'refusal'
      code: string
      status: number
      message?: string
      headers?: Record<string, string>
      apply?: boolean
    }
  /** Cuts the connection instead of answering. */
  | { kind: 'reset'; apply: boolean }
  /** Never answers; makes the change after a while, if told to. */
  | { kind: 'hang'; applyAfterMs?: number }
  /** Is slow, then behaves. */
  | { kind: 'delay'; ms: number }
  /** Somebody does something between our call and its answer. */
  | { kind: 'meanwhile'; work: () => void | Promise<void> }
  /** Answers success and changes nothing. */
  | { kind: 'lie' }
  /** Cuts the connection (or claims success, or fails) at once, and makes the change only later. */
  | { kind: 'late'; ms: number; answer?: 'reset' | 'success' | 'error' }

type Planned = { matcher: FaultMatcher; fault: FaultKind; left: number }

/** The faults that tests plan most. */
export const fault = {
  answerLost: { kind: 'reset', apply: true },
  error: { kind: 'refusal', code: 'InternalFailure', status: 500 },
  errorAfterApplying: { kind: 'refusal', code: 'InternalFailure', status: 500, apply: true },
  forbidden: { kind: 'refusal', code: 'AccessDenied', status: 403, message: 'User is not authorized to perform this.' },
  invalidToken: { kind: 'refusal', code: 'InvalidClientTokenId', status: 403 },
  expiredToken: { kind: 'refusal', code: 'ExpiredToken', status: 403 },
  silence: { kind: 'hang' },
} as const satisfies Record<string, FaultKind>

export function throttled(retryAfterSeconds?: number): FaultKind {
  const headers = retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }
  return { kind: 'refusal', code: 'Throttling', status: 400, message: 'Rate exceeded', ...headers }
}

export class Faults {
  #isDown = false
  #broken: 'revoked' | 'blind' | undefined
  #planned: Planned[] = []

  next(matcher: FaultMatcher, planned: FaultKind, times = 1): void {
    this.#planned.push({ matcher, fault: planned, left: times })
  }

  nextWrite(planned: FaultKind, times = 1): void {
    this.next({ writes: true }, planned, times)
  }

  /** Everything answers 503. */
  goDown(): void {
    this.#isDown = true
  }

  comeBack(): void {
    this.#isDown = false
  }

  /** Thand's keys are known no more, or they may do nothing but tell whose they are. */
  breakCredential(how: 'revoked' | 'blind'): void {
    this.#broken = how
  }

  mendCredential(): void {
    this.#broken = undefined
  }

  clear(): void {
    this.#isDown = false
    this.#broken = undefined
    this.#planned = []
  }

  /** Planned strikes that did not happen yet. */
  get waiting(): number {
    return this.#planned.reduce((sum, { left }) => sum + left, 0)
  }

  get broken(): 'revoked' | 'blind' | undefined {
    return this.#broken
  }

  take(service: string, operation: string): FaultKind | undefined {
    if (this.#isDown) return { kind: 'refusal', code: 'ServiceUnavailable', status: 503 }
    const planned = this.#planned.find(({ matcher, left }) => left > 0 && isMeant(matcher, service, operation))
    if (!planned) return undefined
    planned.left--
    return planned.fault
  }
}

export function isWrite(operation: string): boolean {
  return !/^(?:Get|List|Describe|Head|get|login)/.test(operation)
}

function isMeant(matcher: FaultMatcher, service: string, operation: string): boolean {
  const { operation: wanted = operation } = matcher
  const isOperation = typeof wanted === 'string' ? wanted === operation : operation.search(wanted) >= 0
  const isService = matcher.service === undefined || matcher.service === service
  return isOperation && isService && (matcher.writes === undefined || matcher.writes === isWrite(operation))
}
