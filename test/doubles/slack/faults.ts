/** What goes wrong on purpose. `delayMs` comes first; `times` is 1 unless told. */
export type SlackFault = {
  readonly kind:
    | 'http500'
    | 'rate_limited'
    /** The connection is cut and nothing happened. */
    | 'reset_before'
    /** It happened, and then the connection is cut: the caller cannot know. */
    | 'reset_after'
    | 'error'
    /** Slow, then well-behaved. */
    | 'slow'
  readonly times?: number
  readonly retryAfterSeconds?: number
  readonly error?: string
  readonly delayMs?: number
}

/** The name of posts to a response_url, beside the names of the Web API methods. */
export const RESPONSE_URL = 'response_url'

type Planned = { readonly method: string; readonly fault: SlackFault; left: number }

export class FaultPlan {
  /** Everything answers 503. */
  down = false
  #planned: Planned[] = []

  /** `method` may be `*`. Faults for the same method strike in the order of planning. */
  failNext(method: string, fault: SlackFault): void {
    this.#planned.push({ method, fault, left: fault.times ?? 1 })
  }

  clear(): void {
    this.down = false
    this.#planned = []
  }

  /** Strikes that were planned and did not happen yet. */
  get waiting(): number {
    return this.#planned.reduce((sum, { left }) => sum + left, 0)
  }

  take(method: string): SlackFault | undefined {
    const planned = this.#planned.find((each) => each.left > 0 && (each.method === method || each.method === '*'))
    if (!planned) return undefined
    planned.left -= 1
    return planned.fault
  }
}
