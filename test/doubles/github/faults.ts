/** What goes wrong on purpose. Each planned fault strikes the next matching requests, in the order of planning. */

export type FaultMatcher = { method?: string; path?: RegExp }

export type FaultKind =
  /** Answers this status; with `apply`, only after the change was made. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; message?: string; apply?: boolean }
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
  /** Cuts the connection (or claims success, or answers a status) at once, and makes the change only later. */
  | { kind: 'late'; ms: number; answer?: 'reset' | 'success' | number }

type Planned = { matcher: FaultMatcher; fault: FaultKind; left: number }

export class Faults {
  /** Everything answers 503. */
  down = false
  /** Everything answers 401, as after the token was revoked. */
  unauthorized = false
  #planned: Planned[] = []

  next(matcher: FaultMatcher, fault: FaultKind, times = 1): void {
    this.#planned.push({ matcher, fault, left: times })
  }

  secondaryRateLimit(retryAfterSeconds: number, times = 1): void {
    const message =
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. ' +
      'If you reach out to GitHub Support for help, please include the request ID.'
    this.next(
      {},
      { kind: 'status', status: 403, headers: { 'retry-after': String(retryAfterSeconds) }, message },
      times,
    )
  }

  clear(): void {
    this.down = false
    this.unauthorized = false
    this.#planned = []
  }

  /** Planned strikes that did not happen yet. */
  get waiting(): number {
    return this.#planned.reduce((sum, { left }) => sum + left, 0)
  }

  take(method: string, path: string): FaultKind | undefined {
    const planned = this.#planned.find(
      ({ matcher, left }) =>
        left > 0 &&
        (matcher.method === undefined || matcher.method.toUpperCase() === method) &&
        (matcher.path === undefined || path.search(matcher.path) >= 0),
    )
    if (!planned) return undefined
    planned.left--
    return planned.fault
  }
}
