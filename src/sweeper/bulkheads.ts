import type { AtWork } from '../ports/store/agenda.ts'
import type { SlotsWanted } from '../ports/store/slots.ts'
import { InFlight } from './in-flight.ts'
import { InstanceHealth } from './instance-health.ts'

const AN_INSTANCE = 16

/** A share of one kind of work for each provider: one that hangs or fails delays nobody else. */
export class Bulkheads {
  readonly inFlight = new InFlight<number>()
  readonly health: InstanceHealth
  readonly #instances: () => readonly string[]

  constructor(instances: () => readonly string[], random: () => number) {
    this.#instances = instances
    this.health = new InstanceHealth(() => performance.now(), random)
  }

  atWork(): AtWork {
    return { inFlight: this.inFlight.keys(), busy: this.#busy() }
  }

  /** What may be claimed now, for each provider that is configured; what belongs to none of them is looked at too. */
  shares(): readonly SlotsWanted[] {
    const inFlight = this.inFlight.keys()
    const instances = this.#instances()
    const known = instances.map((only) => ({ limit: this.#room(only), instances: { only }, inFlight }))
    const unknown = { limit: AN_INSTANCE, instances: { except: instances }, inFlight }
    return [...known.filter(({ limit }) => limit > 0), unknown]
  }

  /** ms until a provider that failed for all is tried again, by one. */
  probesInMs(): readonly number[] {
    return this.#busy()
      .map((instance) => this.health.probeInMs(instance))
      .filter((ms) => ms > 0)
  }

  #busy(): readonly string[] {
    return this.#instances().filter((instance) => this.#room(instance) <= 0)
  }

  #room(instance: string): number {
    return this.health.capacity(instance, AN_INSTANCE) - this.inFlight.countOf(instance)
  }
}
