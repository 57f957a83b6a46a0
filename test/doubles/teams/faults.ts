import { setTimeout as wait } from 'node:timers/promises'
import type { Reply } from './connector.ts'

export type Operation = 'metadata' | 'keys' | 'token' | 'member' | 'roster' | 'create' | 'send' | 'update'

export interface TeamsFault {
  readonly kind:
    | 'status'
    /** The connection is cut, and nothing happened. */
    | 'reset_before'
    /** It happened, and then the connection is cut: the caller cannot know. */
    | 'reset_after'
    /** Slow, then well-behaved. */
    | 'slow'
  readonly status?: number
  readonly code?: string
  readonly retryAfterSeconds?: number
  readonly delayMs?: number
}

interface Planned {
  readonly operation: Operation
  readonly fault: TeamsFault
  left: number
}

/** What goes wrong on purpose. */
export class FaultPlan {
  #planned: Planned[] = []

  next(operation: Operation, fault: TeamsFault, times = 1): void {
    this.#planned.push({ operation, fault, left: times })
  }

  clear(): void {
    this.#planned = []
  }

  async around(operation: Operation, act: () => Reply): Promise<Reply | 'cut'> {
    const planned = this.#planned.find((each) => each.operation === operation && each.left > 0)
    if (planned === undefined) return act()
    planned.left -= 1
    const { kind, status = 500, code = 'ServiceError', retryAfterSeconds, delayMs = 0 } = planned.fault
    if (delayMs > 0) await wait(delayMs)
    if (kind === 'slow') return act()
    if (kind === 'reset_after') act()
    if (kind !== 'status') return 'cut'
    const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
    return { status, headers, body: { error: { code, message: 'as planned' } } }
  }
}
