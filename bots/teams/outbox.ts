import { z } from 'zod'
import type { Card } from '../../src/cards/card.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { AccountOf, ChatPlatform, Conversation, Delivery, MessageRef } from '../../src/ports/chat.ts'
import { OutboxRate } from '../common/outbox-rate.ts'
import { withdrawnCard } from '../common/own-cards.ts'
import { baseOf } from './activity.ts'
import { CARD_TYPE } from './adaptive-card.ts'
import type { Connector, Reply } from './connector.ts'
import type { Members } from './members.ts'
import { isChannel, refOf, standingOf } from './message-ref.ts'
import type { PlaceBook } from './place-book.ts'
import { type Rendered, renderCard } from './render.ts'

export interface OutboxOptions {
  readonly connector: Connector
  readonly places: PlaceBook
  readonly members: Members
  readonly accountOf: AccountOf
  readonly appId: string
  readonly tenant: string
}

type Options = Parameters<ChatPlatform['post']>[2]

interface Target {
  readonly serviceUrl: string
  readonly conversation: string
}

const SLOW_DOWN_SECONDS = 2
const SHARED: Delivery = { kind: 'unreachable', why: 'shared_outside' }
const NOT_HEARD: Delivery = { kind: 'unreachable', why: 'not_heard_yet' }
const made = z.looseObject({ id: z.string().min(1) })

/** What we say without being asked: cards, their threads, direct messages. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #rate = new OutboxRate()

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  async post(to: Conversation, card: Card, { thread }: Options): Promise<Delivery> {
    if (to.kind === 'home') return { kind: 'unreachable', why: 'no_home' }
    const target = to.kind === 'channel' ? await this.#channelOf(to.channel) : await this.directOf(to.account)
    if (!target.ok) return target.error
    const rendered = await renderCard(card, this.#options.accountOf)
    return this.send(threaded(target.value, thread), rendered)
  }

  /** Safe to repeat: the same activity shows the same card. */
  async replace(message: MessageRef, card: Card): Promise<Delivery> {
    const target = await this.#channelOf(message.channel)
    if (target.ok) return this.#update(target.value.serviceUrl, message, card)
    if (target.error !== SHARED) return target.error
    const place = await this.#options.places.find(message.channel)
    if (place === undefined) return SHARED
    const withdrawn = await this.#update(place.serviceUrl, message, withdrawnCard())
    return withdrawn.kind === 'sent' ? SHARED : withdrawn
  }

  /**
   * A card alone in its activity: with text beside it Teams makes two messages of it, and names neither. `onlyFor`: to be seen by
   * one member, and to go away: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/targeted-messages
   */
  async send({ serviceUrl, conversation }: Target, rendered: Rendered, onlyFor?: string): Promise<Delivery> {
    const wait = await this.#rate.turn(baseOf(conversation))
    if (wait !== undefined) return { kind: 'slow_down', seconds: wait }
    const path = ['conversations', conversation, 'activities']
    const body = this.#activity(conversation, rendered)
    const targeted = onlyFor !== undefined && {
      body: { ...body, recipient: { id: onlyFor, isTargeted: true } },
      query: { isTargetedActivity: 'true' },
    }
    const reply = await this.#options.connector.call({ method: 'POST', serviceUrl, path, body, ...targeted })
    const delivery = deliveryOf(reply, conversation)
    if (delivery.kind === 'slow_down') this.#rate.hold(baseOf(conversation), delivery.seconds)
    return delivery
  }

  /** The one-to-one conversation of somebody, begun by us where it has to be. */
  async directOf(account: string): Promise<Result<Target, Delivery>> {
    const { places, connector, members, tenant } = this.#options
    const known = await places.find(account)
    const serviceUrl = known?.serviceUrl ?? (await places.latest())?.serviceUrl
    if (serviceUrl === undefined) return fail(NOT_HEARD)
    if (known?.conversation !== undefined) return ok({ serviceUrl, conversation: known.conversation })
    const body = {
      isGroup: false,
      bot: this.#us(),
      members: [{ id: (await members.memberOf(account)) ?? account }],
      tenantId: tenant,
      channelData: { tenant: { id: tenant } },
    }
    const reply = await connector.call({ method: 'POST', serviceUrl, path: ['conversations'], body })
    const conversation = reply.kind === 'ok' ? made.safeParse(reply.body).data?.id : undefined
    if (conversation === undefined) return fail(deliveryOf(reply, ''))
    const none = { member: undefined, seenIn: undefined, isSharedOutside: undefined }
    await places.remember({ ...none, place: account, kind: 'account', serviceUrl, conversation })
    return ok({ serviceUrl, conversation })
  }

  /** In place of what an activity of ours shows. */
  redraw({ serviceUrl, conversation }: Target, activity: string, rendered: Rendered): Promise<Reply> {
    const path = ['conversations', conversation, 'activities', activity]
    const body = { ...this.#activity(conversation, rendered), id: activity }
    return this.#options.connector.call({ method: 'PUT', serviceUrl, path, body })
  }

  stop(): void {
    this.#rate.stop()
  }

  /** Nothing is posted where another organisation reads along, as far as Teams told us. */
  async #channelOf(channel: string): Promise<Result<Target, Delivery>> {
    const { places } = this.#options
    const known = await places.findByConversation(channel)
    if (known?.isSharedOutside === true) return fail(SHARED)
    const serviceUrl = known?.serviceUrl ?? (await places.latest())?.serviceUrl
    return serviceUrl === undefined ? fail(NOT_HEARD) : ok({ serviceUrl, conversation: channel })
  }

  async #update(serviceUrl: string, message: MessageRef, card: Card): Promise<Delivery> {
    const { conversation, activity } = standingOf(message)
    const rendered = await renderCard(card, this.#options.accountOf)
    const reply = await this.redraw({ serviceUrl, conversation }, activity, rendered)
    if (reply.kind === 'ok') return { kind: 'sent', message }
    const isGone = reply.kind === 'refused' && reply.status === 404 && reply.code !== 'ConversationNotFound'
    return isGone ? { kind: 'gone' } : deliveryOf(reply, conversation)
  }

  #activity(conversation: string, { card, summary }: Rendered) {
    const { tenant } = this.#options
    return {
      type: 'message',
      from: this.#us(),
      conversation: { id: conversation, tenantId: tenant },
      summary,
      attachments: [{ contentType: CARD_TYPE, content: card }],
    }
  }

  #us() {
    return { id: `28:${this.#options.appId}`, name: 'Thand' }
  }
}

/** In a channel a thread is a conversation of its own; chats have none, and what follows stands below. */
function threaded(target: Target, thread: MessageRef | undefined): Target {
  if (thread === undefined || !isChannel(target.conversation)) return target
  return { ...target, conversation: standingOf(thread).conversation }
}

function deliveryOf(reply: Reply, conversation: string): Delivery {
  if (reply.kind === 'unknown') return reply
  if (reply.kind === 'ok') {
    const id = made.safeParse(reply.body).data?.id
    return id === undefined
      ? { kind: 'unknown', why: 'answer_without_id' }
      : { kind: 'sent', message: refOf(conversation, id) }
  }
  const { status, code, retryAfterSeconds } = reply
  if (status === 429 || status === 412) return { kind: 'slow_down', seconds: retryAfterSeconds ?? SLOW_DOWN_SECONDS }
  // Our token may have been renewed, or our secret mended, by the next try.
  if (status === 401) return { kind: 'unknown', why: 'unauthorized' }
  return { kind: 'unreachable', why: NOT_INSTALLED.has(code) || status === 404 ? 'not_installed' : code }
}

/** The app is not there, or was taken out: https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis */
const NOT_INSTALLED: ReadonlySet<string> = new Set([
  'BotNotInConversationRoster',
  'BotNotRegistered',
  'ForbiddenOperationException',
  'ConversationNotFound',
  'MessageWritesBlocked',
])
