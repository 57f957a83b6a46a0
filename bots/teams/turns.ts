import type { AccountRef, Answer, Inbound } from '../../src/ports/chat.ts'
import type { Logger } from '../../src/ports/log.ts'
import { outageCard } from '../common/own-cards.ts'
import { baseOf, isPersonal, rootOf, type TeamsActivity } from './activity.ts'
import { CARD_TYPE } from './adaptive-card.ts'
import { whyOf } from './connector.ts'
import type { Place, Said } from './heard.ts'
import { readAction, readMessage, readReaction } from './inbound.ts'
import type { Members } from './members.ts'
import { isChannel, refOf } from './message-ref.ts'
import type { PlaceBook } from './place-book.ts'
import type { Delivered } from './receiver.ts'
import { Refused } from './refused.ts'
import type { Rendered } from './render.ts'
import {
  type ActionAnswer,
  actionAnswer,
  type Find,
  type Heard,
  inWords,
  isBesideCard,
  keep,
  type ShowOptions,
  whisper,
  wordsOf,
} from './show-answer.ts'
import type { TurnParts } from './turn-handler.ts'

export interface TurnsOptions extends ShowOptions {
  readonly members: Members
  readonly places: PlaceBook
  readonly receive: (inbound: Inbound) => Promise<Answer>
  readonly log: Logger
}

/** Teams waits about five seconds for the answer to a press. */
const PRESS_MAX_MS = 4_000
const DRAIN_MAX_MS = 5_000

/** From a genuine activity to what the product is told, and back to who acted. */
export class Turns {
  readonly #options: TurnsOptions
  readonly #underWay = new Set<Promise<void>>()

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  partsFor(delivered: Delivered): TurnParts {
    const { activity } = delivered
    return {
      message: () => this.#said(delivered, readMessage(activity)),
      reaction: () => this.#said(delivered, readReaction(activity)),
      installed: () => this.#installed(delivered),
      action: () => this.#pressed(delivered, readAction(activity)),
    }
  }

  /** Waits for what was begun: an answer may still be on its way after Teams had its 200. */
  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MAX_MS)
    })
    await Promise.race([Promise.allSettled(this.#underWay), enough])
    clearTimeout(timer)
  }

  async #said(delivered: Delivered, said: Said | undefined): Promise<void> {
    await this.#options.places.hear(delivered.activity)
    if (said === undefined) return
    const sender = await this.#options.members.meet(delivered.activity)
    const answer = await this.#answerTo(delivered, said, sender)
    // Of a reaction nobody waits for words: whoever delivers it hears that it was not taken.
    if (answer === undefined && said.input.kind === 'reaction') throw new Refused(503, 'outage')
    const place = placeOf(delivered.activity, sender)
    this.#begin(whisper(place, answer ?? outage(), this.#findFor(delivered, sender), this.#options))
  }

  async #pressed(delivered: Delivered, said: Said): Promise<ActionAnswer> {
    let isLate = false
    const work = this.#answerPress(delivered, said, () => isLate)
    this.#begin(work.then(() => undefined))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<ActionAnswer>((resolve) => {
      timer = setTimeout(() => {
        isLate = true
        resolve(inWords('This takes longer than usual; what comes of it follows'))
      }, PRESS_MAX_MS)
    })
    try {
      return await Promise.race([work, late])
    } catch (error) {
      if (error instanceof Refused) throw error
      this.#options.log.error({ request_id: delivered.requestId, why: whyOf(error) }, 'inbound_failed')
      return inWords(wordsOf(outageCard()))
    } finally {
      clearTimeout(timer)
    }
  }

  async #answerPress(delivered: Delivered, said: Said, isLate: () => boolean): Promise<ActionAnswer> {
    const { activity } = delivered
    await this.#options.places.hear(activity)
    const sender = await this.#options.members.meet(activity)
    const answer = (await this.#answerTo(delivered, said, sender)) ?? outage()
    const find = this.#findFor(delivered, sender)
    const shown = await actionAnswer(answer, find, this.#options.accountOf)
    this.#keep(activity, { reader: sender, answer }, shown)
    // After Teams was answered, the cards say what was done; what was not done is said to who pressed.
    const isUnsaid = isBesideCard(answer) || (isLate() && !isOnCards(answer))
    if (isUnsaid) this.#begin(whisper(placeOf(activity, sender), answer, find, this.#options))
    return shown
  }

  /** What only one sees anyway is there for good: what answers a press is a view, and is gone when the chat is opened anew. */
  #keep(activity: TeamsActivity, heard: Heard, shown: ActionAnswer): void {
    const { replyToId, serviceUrl, conversation } = activity
    if (!isPersonal(activity) || replyToId == null || shown.type !== CARD_TYPE) return
    if (heard.answer.inPlace !== undefined) return
    const rendered = { card: shown.value, summary: shown.value.fallbackText }
    const here = { serviceUrl, conversation: conversation.id }
    this.#begin(this.#redraw(here, { activity: replyToId, rendered, heard }))
  }

  async #redraw(
    here: { readonly serviceUrl: string; readonly conversation: string },
    { activity, rendered, heard }: { readonly activity: string; readonly rendered: Rendered; readonly heard: Heard },
  ): Promise<void> {
    const reply = await this.#options.outbox.redraw(here, activity, rendered)
    if (reply.kind === 'ok') await keep(heard, refOf(here.conversation, activity), this.#options)
  }

  /** Undefined when the product could not take it. */
  async #answerTo(delivered: Delivered, said: Said, sender: AccountRef): Promise<Answer | undefined> {
    const { input, message, canShowForm } = said
    try {
      return await this.#options.receive({
        ...(await this.#inbound(delivered, sender)),
        canShowForm,
        input,
        ...(message === undefined ? {} : { inPlaceOf: message }),
      })
    } catch (error) {
      const about = { request_id: delivered.requestId, kind: input.kind, why: whyOf(error) }
      this.#options.log.error(about, 'inbound_failed')
      return undefined
    }
  }

  async #inbound({ activity, deliveryId, requestId }: Delivered, sender: AccountRef) {
    const channel = baseOf(activity.conversation.id)
    const isSharedOutside = await this.#options.places.isSharedOutside(activity)
    return { deliveryId, requestId, sender, channel, isSharedOutside }
  }

  #findFor(delivered: Delivered, sender: AccountRef): Find {
    return async (form) => {
      const field = form.fields.find(({ kind }) => kind === 'search')
      if (field === undefined) return []
      const input = { kind: 'suggest', form: form.id, field: field.name, typed: '' } as const
      const said = { input, message: undefined, canShowForm: false }
      const answer = await this.#answerTo(delivered, said, sender)
      return answer?.kind === 'options' ? answer.options : []
    }
  }

  /** Being put somewhere tells where we can be heard; one-to-one it is the first thing that somebody sees of us. */
  async #installed(delivered: Delivered): Promise<void> {
    const { activity } = delivered
    const isUs = ({ id }: { readonly id: string }) => id === activity.recipient.id
    const isRemoved = activity.action === 'remove' || (activity.membersRemoved ?? []).some(isUs)
    if (isRemoved) return this.#options.places.leave(activity)
    const isAdded = activity.action === 'add' || (activity.membersAdded ?? []).some(isUs)
    await (isAdded ? this.#options.places.arrive(activity) : this.#options.places.hear(activity))
    if (!isAdded || !isPersonal(activity)) return
    const welcome = { ...delivered, deliveryId: `event:welcome:${activity.conversation.id}` }
    await this.#said(welcome, { input: { kind: 'line', text: 'help' }, message: undefined, canShowForm: false })
  }

  #begin(work: Promise<void>): void {
    const quiet = work.catch((error: unknown) => {
      if (!(error instanceof Refused)) this.#options.log.warn({ why: whyOf(error) }, 'teams_answer_lost')
    })
    this.#underWay.add(quiet)
    void quiet.finally(() => this.#underWay.delete(quiet))
  }
}

function placeOf(activity: TeamsActivity, sender: AccountRef): Place {
  const { serviceUrl, conversation, from, recipient, id = '' } = activity
  const isThread = rootOf(conversation.id) !== undefined || !isChannel(conversation.id)
  return {
    serviceUrl,
    conversation: isThread ? conversation.id : `${conversation.id};messageid=${id}`,
    isPersonal: isPersonal(activity),
    isTargeted: recipient.isTargeted === true,
    sender,
    member: from.id,
  }
}

/** What was done shows on the card of its request, for everybody. */
function isOnCards(answer: Answer): boolean {
  return answer.kind === 'nothing' || (answer.kind === 'card' && !answer.isRefusal && answer.inPlace !== undefined)
}

function outage(): Answer {
  return { kind: 'card', card: outageCard(), isRefusal: true }
}
