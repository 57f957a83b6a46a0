import { setTimeout as wait } from 'node:timers/promises'
import type { Card, Choice, Form } from '../../src/cards/card.ts'
import type { AccountOf, AccountRef, Answer, Delivery, Hearing, MessageRef } from '../../src/ports/chat.ts'
import type { Logger } from '../../src/ports/log.ts'
import { fieldErrorsCard } from '../common/own-cards.ts'
import { type AdaptiveCard, CARD_TYPE } from './adaptive-card.ts'
import type { Place } from './heard.ts'
import type { Outbox } from './outbox.ts'
import { type Rendered, renderCard } from './render.ts'
import { renderForm } from './render-form.ts'
import { plainLine } from './render-inline.ts'

export interface ShowOptions {
  readonly outbox: Outbox
  readonly accountOf: AccountOf
  readonly kept: Hearing['kept']
  readonly log: Logger
}

/** What is asked of the product while a form is drawn: the choices of its search field. */
export type Find = (form: Form) => Promise<readonly Choice[]>

const MESSAGE_TYPE = 'application/vnd.microsoft.activity.message'
const MESSAGE_MAX = 2000

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards#response-format */
export type ActionAnswer =
  | { readonly statusCode: 200; readonly type: typeof CARD_TYPE; readonly value: AdaptiveCard }
  | { readonly statusCode: 200; readonly type: typeof MESSAGE_TYPE; readonly value: string }

/** The answer to a press, seen by who pressed and by nobody else: the card as it is now, or the words of a refusal. */
export async function actionAnswer(answer: Answer, find: Find, accountOf: AccountOf): Promise<ActionAnswer> {
  const shown = async (card: Card): Promise<ActionAnswer> => ({
    statusCode: 200,
    type: CARD_TYPE,
    value: (await renderCard(card, accountOf)).card,
  })
  const { inPlace } = answer
  switch (answer.kind) {
    case 'form': {
      const filling = { accountOf, found: await find(answer.form), isInPlace: inPlace !== undefined }
      return { statusCode: 200, type: CARD_TYPE, value: await renderForm(answer.form, filling) }
    }
    case 'card':
      if (answer.isRefusal) return inWords(wordsOf(answer.card))
      return shown(inPlace ?? answer.card)
    case 'field_errors':
      return inWords(answer.errors.map(({ message }) => plainLine([message], MESSAGE_MAX)).join(' · '))
    case 'options':
    case 'nothing':
      return inPlace === undefined ? inWords('Nothing has changed') : shown(inPlace)
  }
}

/** Such as more time that was asked for: what came of that stands on no card that is there, and is said beside it. */
export function isBesideCard(answer: Answer): boolean {
  const { inPlace } = answer
  if (answer.kind !== 'card' || answer.isRefusal || inPlace === undefined) return false
  return answer.card.about !== undefined && answer.card.about !== inPlace.about
}

export function inWords(words: string): ActionAnswer {
  return { statusCode: 200, type: MESSAGE_TYPE, value: words }
}

export function wordsOf({ title, lines }: Card): string {
  return [title, ...lines]
    .map((line) => plainLine(line, MESSAGE_MAX))
    .filter((line) => line !== '')
    .join('. ')
    .slice(0, MESSAGE_MAX)
}

/** The answer to a line or a reaction: to who said it, and to nobody else. */
export async function whisper(place: Place, answer: Answer, find: Find, options: ShowOptions): Promise<void> {
  const rendered = await renderedOf(answer, find, options.accountOf)
  if (rendered === undefined) return
  const { outbox } = options
  const here = { serviceUrl: place.serviceUrl, conversation: place.conversation }
  const heard = { reader: place.sender, answer }
  const send = (...what: Parameters<Outbox['send']>) => patiently(() => outbox.send(...what), untilSent)
  if (place.isPersonal) return stays(await send(here, rendered), heard, options)
  if (place.isTargeted) {
    const sent = await send(here, rendered, place.member)
    if (sent.kind === 'sent') return
  }
  const direct = await patiently(() => outbox.directOf(place.sender.account), untilBegun)
  const sent = direct.ok ? await send(direct.value, rendered) : direct.error
  if (sent.kind !== 'unreachable') return stays(sent, heard, options)
  // What they asked is theirs to know: the others here read only where it can be had.
  said(await send(here, await renderCard(notInstalledCard(), options.accountOf)), options.log)
}

export interface Heard {
  readonly reader: AccountRef
  readonly answer: Answer
}

async function stays(delivery: Delivery, heard: Heard, options: ShowOptions): Promise<void> {
  said(delivery, options.log)
  if (delivery.kind === 'sent') await keep(heard, delivery.message, options)
}

/** One-to-one nothing goes away by itself. */
export async function keep({ reader, answer }: Heard, message: MessageRef, { kept }: ShowOptions): Promise<void> {
  if (answer.kind === 'card') await kept({ reader, card: answer.card, message, canBeRoot: true })
}

const TRIES_MAX = 4
const WAIT_MAX_SECONDS = 5
const BEGIN_AGAIN_SECONDS = 1

/** Somebody waits for it, and no row brings it again: what Teams wants later is done later. */
async function patiently<T>(attempt: () => Promise<T>, secondsLeft: (came: T) => number | undefined): Promise<T> {
  for (let tried = 1; ; tried++) {
    const came = await attempt()
    const seconds = secondsLeft(came)
    if (seconds === undefined || tried === TRIES_MAX) return came
    await wait(Math.min(seconds, WAIT_MAX_SECONDS) * 1000)
  }
}

/** What may have been sent is not sent again. */
function untilSent(delivery: Delivery): number | undefined {
  return delivery.kind === 'slow_down' ? delivery.seconds : undefined
}

/** A chat that is begun twice is one chat. */
function untilBegun(direct: Awaited<ReturnType<Outbox['directOf']>>): number | undefined {
  if (direct.ok) return undefined
  return direct.error.kind === 'unknown' ? BEGIN_AGAIN_SECONDS : untilSent(direct.error)
}

async function renderedOf(answer: Answer, find: Find, accountOf: AccountOf): Promise<Rendered | undefined> {
  switch (answer.kind) {
    case 'card':
      return renderCard(answer.card, accountOf)
    case 'form': {
      const filling = { accountOf, found: await find(answer.form), isInPlace: false }
      return { card: await renderForm(answer.form, filling), summary: plainLine([answer.form.title], MESSAGE_MAX) }
    }
    case 'field_errors':
      return renderCard(fieldErrorsCard(answer.errors), accountOf)
    case 'options':
    case 'nothing':
      return undefined
  }
}

function said(delivery: Delivery, log: Logger): void {
  if (delivery.kind !== 'sent')
    log.warn({ outcome: delivery.kind, ...('why' in delivery ? { why: delivery.why } : {}) }, 'teams_answer_lost')
}

function notInstalledCard(): Card {
  return {
    title: ['I answer in our own chat, and could not open it'],
    lines: [['Add me: Apps, Thand, Add; then say it there, or here once more']],
    buttons: [],
  }
}
