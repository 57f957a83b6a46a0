import { retryDelayMs } from '../core/retry.ts'

const FAILING_AFTER = 3

interface Trouble {
  /** Slots that failed since somebody last got an answer. */
  readonly failed: Set<number>
  probes: number
  nextProbeAtMs: number
}

/**
 * Rule 8: while a provider fails for all, one slot at a time probes it, later and later, and all go on when it answers.
 * Known to this process only: another one finds out by itself.
 */
export class InstanceHealth {
  readonly #troubles = new Map<string, Trouble>()
  readonly #nowMs: () => number
  readonly #random: () => number

  constructor(nowMs: () => number, random: () => number) {
    this.#nowMs = nowMs
    this.#random = random
  }

  failed(instance: string, slot: number, retryAfterSeconds: number | undefined): void {
    const trouble = this.#troubles.get(instance) ?? { failed: new Set<number>(), probes: 0, nextProbeAtMs: 0 }
    trouble.failed.add(slot)
    if (trouble.failed.size >= FAILING_AFTER) {
      trouble.nextProbeAtMs = this.#nowMs() + retryDelayMs(trouble.probes, this.#random(), retryAfterSeconds)
      trouble.probes++
    }
    this.#troubles.set(instance, trouble)
  }

  /** True when it had failed for all: what waits for it need not wait any longer. */
  answered(instance: string): boolean {
    const wasFailing = this.#isFailing(instance)
    this.#troubles.delete(instance)
    return wasFailing
  }

  /** How many may be in flight at most. */
  capacity(instance: string, usual: number): number {
    if (!this.#isFailing(instance)) return usual
    return this.probeInMs(instance) > 0 ? 0 : 1
  }

  probeInMs(instance: string): number {
    const trouble = this.#troubles.get(instance)
    return trouble === undefined || !this.#isFailing(instance) ? 0 : Math.max(0, trouble.nextProbeAtMs - this.#nowMs())
  }

  #isFailing(instance: string): boolean {
    return (this.#troubles.get(instance)?.failed.size ?? 0) >= FAILING_AFTER
  }
}
