import type { Provider } from '../ports/provider.ts'
import type { AtWork } from '../ports/store/agenda.ts'
import type { SlotsWanted } from '../ports/store/slots.ts'
import { InFlight } from './in-flight.ts'
import { InstanceHealth } from './instance-health.ts'
import { Widths } from './widths.ts'

/** What a bulkhead has to know of a provider. */
export type Bounded = Pick<Provider, 'instance' | 'mostAtOnce'>

/** A share of one kind of work for each provider: one that hangs or fails delays nobody else. */
export class Bulkheads {
  readonly inFlight = new InFlight<number>()
  readonly #health: InstanceHealth
  readonly #widths = new Widths()
  readonly #providers: () => readonly Bounded[]

  constructor(providers: () => readonly Bounded[], random: () => number) {
    this.#providers = providers
    this.#health = new InstanceHealth(() => performance.now(), random)
  }

  atWork(): AtWork {
    return { inFlight: this.inFlight.keys(), busy: this.#busy() }
  }

  /** What may be claimed now, for each provider that is configured; what belongs to none of them is looked at too. */
  shares(): readonly SlotsWanted[] {
    const inFlight = this.inFlight.keys()
    const instances = this.#providers().map(({ instance }) => instance)
    const known = instances.map((only) => ({ limit: this.#room(only), instances: { only }, inFlight }))
    const unknown = { limit: this.#widths.of(''), instances: { except: instances }, inFlight }
    return [...known.filter(({ limit }) => limit > 0), unknown]
  }

  failed(instance: string, key: number, retryAfterSeconds: number | undefined): void {
    this.#widths.failed(instance)
    this.#health.failed(instance, key, retryAfterSeconds)
  }

  /** True when it had failed for all: what waits for it need not wait any longer. */
  answered(instance: string): boolean {
    const provider = this.#providers().find((each) => each.instance === instance)
    if (provider !== undefined && this.#room(instance) <= 0) this.#widths.answered(provider)
    return this.#health.answered(instance)
  }

  /** ms until a provider that failed for all is tried again, by one. */
  probesInMs(): readonly number[] {
    return this.#busy()
      .map((instance) => this.#health.probeInMs(instance))
      .filter((ms) => ms > 0)
  }

  #busy(): readonly string[] {
    return this.#providers()
      .map(({ instance }) => instance)
      .filter((instance) => this.#room(instance) <= 0)
  }

  #room(instance: string): number {
    return this.#health.capacity(instance, this.#widths.of(instance)) - this.inFlight.countOf(instance)
  }
}
