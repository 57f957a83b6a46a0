import type { Bounded } from './bulkheads.ts'

const AT_FIRST = 16

/**
 * How much is asked of each provider at once: little at first, one more with each answer while more waits, and half of it
 * after a failure; never less than at first, never more than the provider allows.
 */
export class Widths {
  readonly #widths = new Map<string, number>()

  of(instance: string): number {
    return this.#widths.get(instance) ?? AT_FIRST
  }

  answered({ instance, mostAtOnce }: Bounded): void {
    this.#widths.set(instance, Math.max(AT_FIRST, Math.min(this.of(instance) + 1, mostAtOnce)))
  }

  failed(instance: string): void {
    this.#widths.set(instance, Math.max(AT_FIRST, Math.floor(this.of(instance) / 2)))
  }
}
