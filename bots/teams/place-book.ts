import type { HeardPlace, PlaceKey, Places } from '../../src/ports/store/places.ts'

type Place = Omit<HeardPlace, 'platform' | 'tenant'>

/** The stored places of this platform and tenant; each call is a transaction of its own. */
export interface PlaceStore {
  transact<T>(work: (places: Places) => Promise<T>): Promise<T>
}

const WRITTEN_AGAIN_MS = 3_600_000
const KNOWN_MAX = 10_000

/** Where Teams can be reached, as genuine activities told it: in rows of ours, so that a restart or another replica knows it. */
export class PlaceBook {
  readonly #store: PlaceStore
  readonly #of: Pick<PlaceKey, 'platform' | 'tenant'>
  readonly #clock: () => number
  readonly #written = new Map<string, { readonly as: string; readonly at: number }>()

  constructor(store: PlaceStore, tenant: string, clock: () => number) {
    this.#store = store
    this.#of = { platform: 'teams', tenant }
    this.#clock = clock
  }

  /** Writes nothing when it is as it was a moment ago. */
  async remember(place: Place): Promise<void> {
    const as = JSON.stringify(place)
    const before = this.#written.get(place.place)
    if (before?.as === as && this.#clock() - before.at < WRITTEN_AGAIN_MS) return
    await this.#store.transact((places) => places.remember({ ...this.#of, ...place }))
    if (this.#written.size >= KNOWN_MAX) this.#written.clear()
    this.#written.set(place.place, { as, at: this.#clock() })
  }

  find(place: string): Promise<HeardPlace | undefined> {
    return this.#store.transact((places) => places.find({ ...this.#of, place }))
  }

  /** Of a channel, or of the person whose one-to-one conversation it is. */
  findByConversation(conversation: string): Promise<HeardPlace | undefined> {
    return this.#store.transact(
      async (places) =>
        (await places.find({ ...this.#of, place: conversation })) ??
        (await places.findByConversation(this.#of, conversation)),
    )
  }

  channels(limit: number): Promise<readonly HeardPlace[]> {
    return this.#store.transact((places) => places.channels(this.#of, limit))
  }

  latest(): Promise<HeardPlace | undefined> {
    return this.#store.transact((places) => places.latest(this.#of))
  }
}
