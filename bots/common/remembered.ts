export interface RememberedOptions {
  readonly forMs: number
  readonly clock: () => number
  readonly entriesMax?: number
}

interface Entry<Value> {
  /** When the question was asked: an answer is as old as its question. */
  readonly askedAt: number
  readonly value: Promise<Value>
}

/** Answers of a platform for a short while, each asked for once at a time. A failure is no answer and is not kept. */
export class Remembered<Value> {
  readonly #entries = new Map<string, Entry<Value>>()
  readonly #options: RememberedOptions

  constructor(options: RememberedOptions) {
    this.#options = options
  }

  find(key: string, ask: () => Promise<Value>): Promise<Value> {
    const now = this.#options.clock()
    const entry = this.#entries.get(key)
    if (entry && now - entry.askedAt < this.#options.forMs) return entry.value
    const asked = { askedAt: now, value: ask() }
    this.#entries.delete(key)
    this.#entries.set(key, asked)
    asked.value.catch(() => {
      if (this.#entries.get(key) === asked) this.#entries.delete(key)
    })
    this.#dropOldest()
    return asked.value
  }

  forget(key: string): void {
    this.#entries.delete(key)
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined && this.#entries.size > (this.#options.entriesMax ?? 2000)) this.#entries.delete(oldest)
  }
}
