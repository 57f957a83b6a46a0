import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** https://docs.slack.dev/apis/web-api/rate-limits: one message a second in one channel. */
const APART_MS = 1000
const WAIT_MAX_MS = 5000

/** Who may post now, channel by channel. A post that would wait long is sent back to its queue. */
export class OutboxRate {
  readonly #nextAt = new Map<string, number>()
  readonly #stopping = new AbortController()

  constructor() {
    // As many may wait as there are channels.
    setMaxListeners(0, this.#stopping.signal)
  }

  /** Resolves when the channel is free: `undefined`, or in how many seconds to come back. */
  async turn(channel: string): Promise<number | undefined> {
    const now = performance.now()
    const at = Math.max(now, this.#nextAt.get(channel) ?? 0)
    if (at - now > WAIT_MAX_MS) return Math.ceil((at - now) / 1000)
    this.#nextAt.set(channel, at + APART_MS)
    this.#forgetPast(now)
    if (at > now) await sleep(at - now, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    return this.#stopping.signal.aborted ? 1 : undefined
  }

  /** Slack said how long. */
  hold(channel: string, seconds: number): void {
    const until = performance.now() + seconds * 1000
    this.#nextAt.set(channel, Math.max(until, this.#nextAt.get(channel) ?? 0))
  }

  stop(): void {
    this.#stopping.abort()
  }

  #forgetPast(now: number): void {
    if (this.#nextAt.size < 1000) return
    for (const [channel, at] of this.#nextAt) if (at < now) this.#nextAt.delete(channel)
  }
}
