import { setTimeout as wait } from 'node:timers/promises'
import { retryDelayMs } from '../core/retry.ts'

const WHILE_STOPPING_MS = 250

/** What only this process knows is tried again for as long as it lives, and for a moment more when it is told to stop. */
export class Insistence {
  readonly #random: () => number
  readonly #stopping = new AbortController()
  #endsAtMs = Number.POSITIVE_INFINITY

  constructor(random: () => number) {
    this.#random = random
  }

  /** Ends when `work` has succeeded, or when there is no more time for it. */
  async insist(work: () => Promise<void>, onFailure: (error: unknown) => void): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        return await work()
      } catch (error) {
        onFailure(error)
      }
      if (performance.now() >= this.#endsAtMs) return
      await this.#pause(retryDelayMs(tries, this.#random()))
    }
  }

  /** Nobody waits any longer between two tries; after `withinMs` there is no other. */
  stop(withinMs: number): void {
    this.#endsAtMs = performance.now() + withinMs
    this.#stopping.abort()
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping
    if (signal.aborted) await wait(WHILE_STOPPING_MS)
    else await wait(ms, undefined, { signal }).catch(() => undefined)
  }
}
