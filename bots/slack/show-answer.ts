import type { ModalView } from '@slack/types'
import type { Card, FieldError, Form } from '../../src/cards/card.ts'
import type { AccountOf, AccountRef, Answer } from '../../src/ports/chat.ts'
import type { Logger } from '../../src/ports/log.ts'
import { fieldErrorsCard, formDidNotOpen } from '../common/own-cards.ts'
import type { Place } from './heard.ts'
import { renderCard } from './render.ts'
import { cardView, formView, optionsOf } from './render-form.ts'
import { homeView } from './render-home.ts'
import type { Turn } from './turn.ts'
import { type WebApi, whyOf } from './web-api.ts'
import { type WhisperOptions, whisper } from './whisper.ts'

export interface ShowOptions extends WhisperOptions {
  readonly api: WebApi
  readonly accountOf: AccountOf
  readonly log: Logger
}

export interface Showing {
  readonly turn: Turn
  readonly place: Place
  readonly sender: AccountRef
}

/** Shows an answer to the person who acted and to nobody else, in the way that fits what they did. */
export async function showAnswer(showing: Showing, answer: Answer, options: ShowOptions): Promise<void> {
  switch (answer.kind) {
    case 'card':
      return showCard(showing, answer.card, options)
    case 'form':
      return showForm(showing, answer.form, options)
    case 'field_errors':
      return showFieldErrors(showing, answer.errors, options)
    case 'options':
      showing.turn.answer({ status: 200, body: { options: optionsOf(answer.options) } })
      return
    case 'nothing':
      showing.turn.answer({ status: 200, ...(showing.place.kind === 'suggestion' ? { body: { options: [] } } : {}) })
  }
}

async function showCard(showing: Showing, card: Card, options: ShowOptions): Promise<void> {
  const { turn, place } = showing
  if (place.kind === 'submission') {
    const view = await cardView(card, options.accountOf)
    if (turn.answer({ status: 200, body: { response_action: 'update', view } })) return
  }
  // Slack takes no message as the answer to a press or an event.
  if (place.kind !== 'command') turn.answer({ status: 200 })
  if (place.kind === 'home') return publish(showing, card, options)
  if (isOutsideConversations(place) && (await isShownInView(showing, card, options))) return
  const message = await renderCard(card, options.accountOf)
  if (turn.answer({ status: 200, body: { response_type: 'ephemeral', ...message } })) return
  await whisper(showing, { card, message }, options)
}

/** Pressed or chosen where no conversation is: in a form, on a person's own page, in Slack's menu. */
function isOutsideConversations({ kind, channel, responseUrl }: Place): boolean {
  return (kind === 'press' || kind === 'shortcut') && channel === undefined && responseUrl === undefined
}

async function isShownInView(showing: Showing, card: Card, options: ShowOptions): Promise<boolean> {
  const { turn, place } = showing
  const { api, accountOf, log } = options
  const view = await cardView(card, accountOf)
  if (place.modal === undefined) return opened(showing, view, options)
  try {
    await api.interactive.views.update({ view_id: place.modal, view })
    return true
  } catch (error) {
    log.warn({ request_id: turn.requestId, why: whyOf(error) }, 'slack_form_not_replaced')
    return false
  }
}

/** Of somebody who has no page of their own: what would mend it stands there. */
async function publish({ turn, place }: Showing, card: Card, { api, accountOf, log }: ShowOptions): Promise<void> {
  try {
    await api.interactive.views.publish({ user_id: place.user, view: await homeView(card, accountOf) })
  } catch (error) {
    log.warn({ request_id: turn.requestId, why: whyOf(error) }, 'slack_home_not_published')
  }
}

async function showForm(showing: Showing, form: Form, options: ShowOptions): Promise<void> {
  const { turn, place } = showing
  const view = await formView(form, options.accountOf)
  if (place.kind === 'submission') {
    if (turn.answer({ status: 200, body: { response_action: 'update', view } })) return
    return showCard(showing, formDidNotOpen(form, 'Slack'), options)
  }
  if (place.kind !== 'command') turn.answer({ status: 200 })
  if (!(await opened(showing, view, options))) return showCard(showing, formDidNotOpen(form, 'Slack'), options)
  turn.answer({ status: 200 })
}

/** A trigger serves once, and for three seconds. */
async function opened({ turn, place }: Showing, view: ModalView, { api, log }: ShowOptions): Promise<boolean> {
  if (place.triggerId === undefined) return false
  try {
    await api.interactive.views.open({ trigger_id: place.triggerId, view })
    return true
  } catch (error) {
    log.warn({ request_id: turn.requestId, why: whyOf(error) }, 'slack_form_not_opened')
    return false
  }
}

async function showFieldErrors(showing: Showing, errors: readonly FieldError[], options: ShowOptions): Promise<void> {
  const { turn, place } = showing
  const body = {
    response_action: 'errors',
    errors: Object.fromEntries(errors.map(({ field, message }) => [field, message])),
  }
  if (place.kind === 'submission' && turn.answer({ status: 200, body })) return
  await showCard(showing, fieldErrorsCard(errors), options)
}
