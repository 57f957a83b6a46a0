import type { HeardPlace, PlaceKey, Places } from '../../src/ports/store/places.ts'
import { baseOf, isPersonal, type TeamsActivity } from './activity.ts'

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

  /** What is told of a team comes in a conversation of its own, and may be about another channel of it. */
  async hear(told: TeamsActivity): Promise<void> {
    if (isPersonal(told)) return
    const here = baseOf(told.conversation.id)
    const about = channelIn(told)
    const isSharedOutside = isCalledShared(told)
    await this.#rememberChannel(here, told, about === here ? isSharedOutside : undefined)
    if (about === here || isSharedOutside === undefined) return
    // Where nothing was said yet only a warning is worth a row: rosters are asked for in the channels that have one.
    const isWorthIt = isSharedOutside || (await this.find(about)) !== undefined
    if (isWorthIt) await this.#rememberChannel(about, told, isSharedOutside)
  }

  /** We were put there: another process may have forgotten it since this one wrote it down. */
  async arrive(told: TeamsActivity): Promise<void> {
    this.#written.delete(channelIn(told))
    await this.hear(told)
  }

  /** We were taken out of it. */
  async leave(told: TeamsActivity): Promise<void> {
    if (isPersonal(told)) return
    const place = channelIn(told)
    await this.#store.transact((places) => places.forget({ ...this.#of, place }))
    this.#written.delete(place)
  }

  /** Whether another organisation reads along: as this activity says, or else as Teams last said. */
  async isSharedOutside(told: TeamsActivity): Promise<boolean> {
    return isCalledShared(told) ?? (!isPersonal(told) && (await this.find(channelIn(told)))?.isSharedOutside === true)
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

  #rememberChannel(place: string, { serviceUrl }: TeamsActivity, isSharedOutside: boolean | undefined): Promise<void> {
    const none = { conversation: undefined, member: undefined, seenIn: undefined }
    return this.remember({ ...none, place, kind: 'channel', serviceUrl, isSharedOutside })
  }
}

/** The channel that an activity is about; where it names none, the conversation that it is said in. */
function channelIn({ channelData, conversation }: TeamsActivity): string {
  return baseOf(channelData?.channel?.id ?? conversation.id)
}

/** A channel that other organisations may be invited to; undefined where Teams does not say of which kind it is. */
function isCalledShared({ channelData }: TeamsActivity): boolean | undefined {
  const kind = channelData?.channel?.type?.toLowerCase()
  return kind === undefined ? undefined : kind === 'shared'
}
