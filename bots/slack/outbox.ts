import type { ChatPostMessageResponse, ConversationsInfoResponse } from '@slack/web-api'
import type { Card } from '../../src/cards/card.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { AccountOf, ChatPlatform, Conversation, Delivery, MessageRef } from '../../src/ports/chat.ts'
import { OutboxRate } from '../common/outbox-rate.ts'
import { withdrawnCard } from '../common/own-cards.ts'
import { Remembered } from '../common/remembered.ts'
import { renderCard } from './render.ts'
import { homeView } from './render-home.ts'
import { codeOf, failedDelivery, type WebApi, whyOf } from './web-api.ts'

export interface OutboxOptions {
  readonly api: WebApi
  readonly accountOf: AccountOf
  readonly clock: () => number
}

type Options = Parameters<ChatPlatform['post']>[2]
type Place = Result<string, Delivery>

/** How long another organisation may read along before we know it. Slack takes about 50 such questions a minute. */
const SHARING_AGE_MAX_MS = 10_000
const DIRECT_AGE_MAX_MS = 3_600_000
const SHARED: Delivery = { kind: 'unreachable', why: 'shared_outside' }
/** Slack hides a private channel from a bot that was not invited. */
const HIDDEN: ReadonlySet<string> = new Set(['channel_not_found', 'not_in_channel', 'no_permission'])

/** What we say without being asked: cards, their threads, direct messages. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #rate = new OutboxRate()
  readonly #sharing: Remembered<boolean>
  readonly #directs: Remembered<string>

  constructor(options: OutboxOptions) {
    const { clock } = options
    this.#options = options
    this.#sharing = new Remembered({ forMs: SHARING_AGE_MAX_MS, clock })
    this.#directs = new Remembered({ forMs: DIRECT_AGE_MAX_MS, clock })
  }

  async post(to: Conversation, card: Card, options: Options): Promise<Delivery> {
    if (to.kind === 'home') return this.#publish(to.account, card)
    const place = to.kind === 'channel' ? await this.#channelOf(to.channel) : await this.#directOf(to.account)
    if (!place.ok) return place.error
    const message = await renderCard(card, this.#options.accountOf)
    const wait = await this.#rate.turn(place.value)
    if (wait !== undefined) return { kind: 'slow_down', seconds: wait }
    const delivery = await this.#send({ channel: place.value, ...message, ...placeIn(options) })
    if (delivery.kind === 'slow_down') this.#rate.hold(place.value, delivery.seconds)
    return delivery
  }

  /** What stands where another organisation reads along by now is taken away from there. */
  async replace(message: MessageRef, card: Card): Promise<Delivery> {
    // Slack tells us nothing of the direct messages that we opened, and needs not: only home accounts have one.
    const place = message.channel.startsWith('D') ? ok(message.channel) : await this.#channelOf(message.channel)
    if (place.ok) return this.#update(message, card)
    if (place.error !== SHARED) return place.error
    const withdrawn = await this.#update(message, withdrawnCard())
    return withdrawn.kind === 'sent' ? SHARED : withdrawn
  }

  async #publish(account: string, card: Card): Promise<Delivery> {
    const { api, accountOf } = this.#options
    const view = await homeView(card, accountOf)
    try {
      const { view: shown } = await api.outbox.views.publish({ user_id: account, view })
      return { kind: 'sent', message: { channel: account, message: shown?.id ?? '' } }
    } catch (error) {
      return failedDelivery(error)
    }
  }

  async #update({ channel, message }: MessageRef, card: Card): Promise<Delivery> {
    const rendered = await renderCard(card, this.#options.accountOf)
    try {
      await this.#options.api.outbox.chat.update({ channel, ts: message, ...rendered })
      return { kind: 'sent', message: { channel, message } }
    } catch (error) {
      return failedDelivery(error)
    }
  }

  stop(): void {
    this.#rate.stop()
  }

  async #send(message: Parameters<WebApi['outbox']['chat']['postMessage']>[0]): Promise<Delivery> {
    try {
      return sentAs(await this.#options.api.outbox.chat.postMessage(message))
    } catch (error) {
      return failedDelivery(error)
    }
  }

  /** Nothing is posted where another organisation reads along, or is about to. */
  async #channelOf(channel: string): Promise<Place> {
    try {
      const isShared = await this.#sharing.find(channel, async () => {
        const found = await this.#options.api.outbox.conversations.info({ channel })
        return isSharedOutside(found.channel)
      })
      return isShared ? fail(SHARED) : ok(channel)
    } catch (error) {
      if (HIDDEN.has(codeOf(error) ?? '')) return fail({ kind: 'unreachable', why: 'not_in_channel' })
      const failed = failedDelivery(error)
      const isClear = failed.kind === 'slow_down' || failed.kind === 'unreachable'
      return fail(isClear ? failed : { kind: 'unknown', why: `sharing_unknown: ${whyOf(error)}` })
    }
  }

  async #directOf(account: string): Promise<Place> {
    try {
      const direct = await this.#directs.find(account, async () => {
        const { channel } = await this.#options.api.outbox.conversations.open({ users: account })
        if (channel?.id === undefined) throw new Error('conversations.open names no channel')
        return channel.id
      })
      return ok(direct)
    } catch (error) {
      return fail(failedDelivery(error))
    }
  }
}

/** The key stands on roots: it finds a post whose answer was lost. Links in a card are never followed by Slack. */
function placeIn({ key, thread }: Options) {
  const quiet = { unfurl_links: false, unfurl_media: false }
  if (thread !== undefined) return { ...quiet, thread_ts: thread.message }
  return { ...quiet, metadata: { event_type: 'thand_request', event_payload: { key } } }
}

function sentAs({ channel, ts }: ChatPostMessageResponse): Delivery {
  if (channel === undefined || ts === undefined) return { kind: 'unknown', why: 'answer_without_ts' }
  return { kind: 'sent', message: { channel, message: ts } }
}

export function isSharedOutside(channel: ConversationsInfoResponse['channel']): boolean {
  if (channel === undefined) throw new Error('conversations.info names no channel')
  const waiting = [...(channel.pending_shared ?? []), ...(channel.pending_connected_team_ids ?? [])]
  const isSharedInside = channel.is_org_shared === true
  return (
    channel.is_ext_shared === true ||
    channel.is_pending_ext_shared === true ||
    (channel.is_shared === true && !isSharedInside) ||
    waiting.length > 0
  )
}
