import { Gauge, Registry } from 'prom-client'
import type { Figures } from '../ports/store/figures.ts'

const KEPT_MS = 5_000
const ANSWER_WITHIN_MS = 3_000

/** What the database knows of all replicas together: each of them says the same, so take the highest and not the sum. */
export class Gauges {
  readonly #known = new Registry()
  readonly #show: (figures: Figures) => void
  readonly #isUp: Gauge
  #asked: { readonly at: number; readonly isAnswered: Promise<boolean> } | undefined

  constructor(registry: Registry) {
    this.#show = showOn(this.#known)
    const help = '1: the database answered this scrape, or one within the last 5 s'
    this.#isUp = new Gauge({ name: 'thand_database_up', help, registers: [registry] })
  }

  /** At most 5 s old. Nothing while the database does not answer: an old figure would look like a good one. */
  async page(figures: () => Promise<Figures>): Promise<string> {
    if (this.#asked === undefined || performance.now() - this.#asked.at > KEPT_MS)
      this.#asked = { at: performance.now(), isAnswered: this.#ask(figures) }
    const isAnswered = await this.#asked.isAnswered
    this.#isUp.set(isAnswered ? 1 : 0)
    return isAnswered ? this.#known.metrics() : ''
  }

  async #ask(figures: () => Promise<Figures>): Promise<boolean> {
    try {
      this.#show(await within(figures()))
      return true
    } catch {
      this.#asked = undefined
      return false
    }
  }
}

function showOn(registry: Registry): (figures: Figures) => void {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  const grants = gauge('thand_grants', 'Grants that are not over', ['state'])
  const overdue = gauge('thand_revokes_overdue', 'Revokes that were due more than 30 s ago and are not verified')
  const oldestRevoke = gauge('thand_revokes_oldest_due_seconds', 'Since the oldest open revoke was due')
  const outbox = gauge('thand_outbox_messages', 'Messages that show something older than what is')
  const failing = gauge('thand_outbox_failing', 'Of those, tried and not delivered')
  const oldestMessage = gauge('thand_outbox_oldest_seconds', 'Since the oldest of those waits')
  return (known) => {
    for (const [state, many] of Object.entries(known.grants)) grants.set({ state }, many)
    overdue.set(known.overdue)
    oldestRevoke.set(known.oldestRevokeMs / 1000)
    outbox.set(known.outbox.waiting)
    failing.set(known.outbox.failing)
    oldestMessage.set(known.outbox.oldestMs / 1000)
  }
}

function within<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), ANSWER_WITHIN_MS).unref()
  })
  return Promise.race([work, late])
}
