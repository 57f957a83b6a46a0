/** The database's clock carried on by this process. Counts a suspension too: the larger of two clocks' differences. */
export class Stopwatch {
  readonly #databaseMs: number
  readonly #monotonic = performance.now()
  readonly #wall = Date.now()

  constructor(databaseMs: number) {
    this.#databaseMs = databaseMs
  }

  elapsedMs(): number {
    return Math.max(performance.now() - this.#monotonic, Date.now() - this.#wall)
  }

  nowMs(): number {
    return Math.ceil(this.#databaseMs + this.elapsedMs())
  }
}
