import type { AccountFacts, AccountLookup, AccountRef } from '../../src/ports/chat.ts'
import type { HeardPlace } from '../../src/ports/store/places.ts'
import { Remembered } from '../common/remembered.ts'
import { baseOf, isPersonal, type TeamsActivity } from './activity.ts'
import type { Connector } from './connector.ts'
import { accountOf, addressOf, factsOf, type Member, member, roster } from './member.ts'
import type { PlaceBook } from './place-book.ts'
import { Refused } from './refused.ts'

export interface MembersOptions {
  readonly connector: Connector
  readonly places: PlaceBook
  readonly tenant: string
  readonly clock: () => number
}

/** How a person is called in a conversation, and where that can be asked. */
interface Seat {
  readonly serviceUrl: string
  readonly conversation: string
  readonly member: string
}

const FACTS_AGE_MAX_MS = 10_000
const ROSTER_AGE_MAX_MS = 300_000
const CHANNELS_MAX = 10
const PAGES_MAX = 10
const PAGE_SIZE = '500'

/** Who somebody in Teams is, as the connector says: what an activity says of its sender is a claim until then. */
export class Members implements AccountLookup {
  readonly #options: MembersOptions
  readonly #facts: Remembered<Member | undefined>
  readonly #rosters: Remembered<readonly Member[]>

  constructor(options: MembersOptions) {
    const { clock } = options
    this.#options = options
    this.#facts = new Remembered({ forMs: FACTS_AGE_MAX_MS, clock })
    this.#rosters = new Remembered({ forMs: ROSTER_AGE_MAX_MS, clock })
  }

  /**
   * The account behind the sender of a genuine activity, asked for in the conversation that it is from. Throws `Refused` 403
   * when the connector says that it is somebody else; another error when it cannot be asked.
   */
  async meet(told: TeamsActivity): Promise<AccountRef> {
    const { tenant, places } = this.#options
    const { id, aadObjectId } = told.from
    const seat = { serviceUrl: told.serviceUrl, conversation: baseOf(told.conversation.id), member: id }
    const found = await this.#ask(seat)
    const account = found && accountOf(found)
    if (found === undefined || account === undefined) throw new Refused(403, 'sender_not_in_conversation')
    const isClaimed = found.id === id && (aadObjectId?.toLowerCase() ?? account) === account
    if (!isClaimed) throw new Refused(403, 'sender_is_another')
    const home = found.tenantId?.toLowerCase() ?? ''
    if (home === tenant)
      await places.remember({
        place: account,
        kind: 'account',
        serviceUrl: seat.serviceUrl,
        conversation: isPersonal(told) ? seat.conversation : undefined,
        member: found.id,
        seenIn: seat.conversation,
        isSharedOutside: undefined,
      })
    return { platform: 'teams', tenant: home, account }
  }

  async find({ account, tenant }: AccountRef): Promise<AccountFacts> {
    const home = this.#options.tenant
    if (tenant !== home) return { kind: 'refused', why: 'other_workspace' }
    const place = await this.#options.places.find(account)
    const found = await this.#anywhere(place, (each) => accountOf(each) === account)
    if (found === undefined) return { kind: place === undefined ? 'unheard' : 'unknown' }
    return factsOf(found, home)
  }

  async findByAddress(address: string): Promise<string | undefined> {
    const wanted = address.trim().toLowerCase()
    const isIt = (each: Member) => addressOf(each.userPrincipalName) === wanted
    const found = await this.#anywhere(undefined, isIt)
    return found !== undefined && factsOf(found, this.#options.tenant).kind === 'member' ? accountOf(found) : undefined
  }

  /** What the connector calls an account of ours, for a mention or a conversation; `undefined` where nobody told yet. */
  async memberOf(account: string): Promise<string | undefined> {
    const known = (await this.#options.places.find(account))?.member
    return known ?? (await this.#seatInRosters((each) => accountOf(each) === account))?.member
  }

  async #ask(seat: Seat): Promise<Member | undefined> {
    const key = JSON.stringify(seat)
    return this.#facts.find(key, async () => {
      const { serviceUrl, conversation } = seat
      const path = ['conversations', conversation, 'members', seat.member]
      const reply = await this.#options.connector.call({ method: 'GET', serviceUrl, path })
      if (reply.kind === 'ok') return member.parse(reply.body)
      if (reply.kind === 'refused' && [403, 404].includes(reply.status)) return undefined
      throw new Error(`the member cannot be asked for: ${reply.kind === 'unknown' ? reply.why : reply.code}`)
    })
  }

  /** Where they were heard last, in the chat with them, and in the rosters: people leave teams, and stay in the tenant. */
  async #anywhere(place: HeardPlace | undefined, isIt: (found: Member) => boolean): Promise<Member | undefined> {
    for (const seat of seatsIn(place)) {
      const found = await this.#ask(seat)
      if (found !== undefined && isIt(found)) return found
    }
    // A roster says where they are; what they are is asked anew.
    const seat = await this.#seatInRosters(isIt)
    const found = seat && (await this.#ask(seat))
    return found !== undefined && isIt(found) ? found : undefined
  }

  /** Of the channels that we know, those heard last first. */
  async #seatInRosters(isIt: (found: Member) => boolean): Promise<Seat | undefined> {
    for (const channel of await this.#options.places.channels(CHANNELS_MAX)) {
      const members = await this.#rosters.find(channel.place, () => this.#rosterOf(channel))
      const found = members.find(isIt)
      if (found !== undefined) return { serviceUrl: channel.serviceUrl, conversation: channel.place, member: found.id }
    }
    return undefined
  }

  /** Of a channel that cannot be asked nobody is known. */
  async #rosterOf({ serviceUrl, place }: HeardPlace): Promise<readonly Member[]> {
    const all: Member[] = []
    let continuationToken: string | undefined
    for (let page = 0; page < PAGES_MAX; page++) {
      const query = { pageSize: PAGE_SIZE, ...(continuationToken === undefined ? {} : { continuationToken }) }
      const path = ['conversations', place, 'pagedmembers']
      const reply = await this.#options.connector.call({ method: 'GET', serviceUrl, path, query })
      const read = reply.kind === 'ok' ? roster.safeParse(reply.body).data : undefined
      if (read === undefined) return all
      all.push(...read.members)
      continuationToken = read.continuationToken ?? undefined
      if (continuationToken === undefined) return all
    }
    return all
  }
}

function seatsIn(place: HeardPlace | undefined): readonly Seat[] {
  if (place?.member === undefined) return []
  const { serviceUrl, member: own, seenIn, conversation: chat } = place
  const conversations = [...new Set([seenIn, chat].filter((each) => each !== undefined))]
  return conversations.map((conversation) => ({ serviceUrl, conversation, member: own }))
}
