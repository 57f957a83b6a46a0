const BELIEVED_MS = 10_000

/**
 * AWS's own time as it was last told to us. It does not go back, so what was past by it then is past now, and nobody needs to ask again: when
 * a thousand sessions end in one second, a few ask for all. It is forgotten soon, so that one wrong answer does not count for long.
 */
export class LatestClock {
  readonly #nowMs: () => number
  #told: { readonly at: number; readonly heardMs: number } | undefined

  /** `nowMs` counts on whatever is done to the clock of this machine. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  hear(at: number): void {
    this.#told = { at, heardMs: this.#nowMs() }
  }

  /** True only where AWS itself said so. */
  isPast(at: number): boolean {
    return this.#told !== undefined && this.#nowMs() - this.#told.heardMs <= BELIEVED_MS && this.#told.at >= at
  }
}
