import { App, type Context } from '@slack/bolt'
import type { Answer, Inbound } from '../../src/ports/chat.ts'
import { outageCard } from '../common/own-cards.ts'
import type { BotIdentities } from './bot-identity.ts'
import type { Deliveries } from './deliveries.ts'
import type { Heard, Place, Reading } from './heard.ts'
import { readChangedAccount, readCommand, readPress, readReaction, readSubmission } from './inbound.ts'
import { readMessage } from './inbound-message.ts'
import { readHomeOpened, readShortcut, readSuggestion } from './inbound-view.ts'
import { quietLogger } from './quiet-logger.ts'
import { type Showing, type ShowOptions, showAnswer } from './show-answer.ts'
import { Turn, UnreadablePayload } from './turn.ts'

export interface ListenerOptions extends ShowOptions {
  readonly deliveries: Deliveries
  readonly identities: BotIdentities
  readonly team: string
  readonly receive: (inbound: Inbound) => Promise<Answer>
  readonly changed: (account: string) => void
}

type Reader = (body: unknown, reading: Reading) => Promise<Heard | undefined>

/** Few listeners that match everything of their kind: what was said is decided by the line, and Bolt costs by the listener. */
export function startListening(options: ListenerOptions): App {
  const { deliveries, identities } = options
  const app = new App({
    receiver: deliveries,
    authorize: async () => authorization(identities),
    convoStore: false,
    ignoreSelf: true,
    logger: quietLogger,
  })
  const heardBy = (reader: Reader) => {
    return ({ body, context }: { readonly body: unknown; readonly context: Context }) =>
      hear(reader, { body, turn: turnOf(context) }, options)
  }
  // A failure reaches the receiver, which answers for it.
  app.error(async (error) => {
    throw error
  })
  app.command(/.*/, heardBy(readCommand))
  app.action({ type: 'block_actions' }, heardBy(readPress))
  app.view({ type: 'view_submission', callback_id: /^thand:/ }, heardBy(readSubmission))
  app.shortcut({ type: 'shortcut', callback_id: /^thand:/ }, heardBy(readShortcut))
  app.options({ type: 'block_suggestion', action_id: /^thand:/ }, heardBy(readSuggestion))
  app.event(/^reaction_(added|removed)$/, heardBy(readReaction))
  app.event(/^(app_mention|message)$/, heardBy(readMessage))
  app.event('app_home_opened', heardBy(readHomeOpened))
  app.event('user_change', async ({ body }) => {
    const account = readChangedAccount(body)
    if (account !== undefined) options.changed(account)
  })
  return app
}

/** Without a token: our own clients call Slack. Nothing waits for Slack to tell who we are. */
function authorization({ known }: BotIdentities) {
  if (known === undefined) return {}
  const { userId: botUserId, botId } = known
  return botId === undefined ? { botUserId } : { botUserId, botId }
}

function turnOf(context: Context): Turn {
  const turn: unknown = context['turn']
  if (turn instanceof Turn) return turn
  throw new Error('a payload that did not come through our receiver')
}

interface Delivered {
  readonly body: unknown
  readonly turn: Turn
}

async function hear(reader: Reader, { body, turn }: Delivered, options: ListenerOptions): Promise<void> {
  try {
    const heard = await reader(body, { team: options.team, bot: () => options.identities.find() })
    if (heard === undefined) return
    const showing = { turn, place: heard.place, sender: heard.sender }
    const answer = await answerTo(heard, showing, options)
    if (answer !== undefined) await showAnswer(showing, answer, options)
  } catch (error) {
    if (!(error instanceof UnreadablePayload)) throw error
    options.log.warn({ request_id: turn.requestId, fields: error.message }, 'slack_payload_unreadable')
    turn.answer({ status: 400 })
  }
}

async function answerTo(heard: Heard, showing: Showing, options: ListenerOptions): Promise<Answer | undefined> {
  const { sender, channel, isSharedOutside, input } = heard
  const { deliveryId, requestId } = showing.turn
  try {
    const canShowForm = heard.place.triggerId !== undefined
    return await options.receive({ deliveryId, requestId, sender, channel, isSharedOutside, canShowForm, input })
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown_error'
    options.log.error({ request_id: requestId, kind: input.kind, why }, 'inbound_failed')
    return outageAnswer(showing, heard.place)
  }
}

const BROUGHT_AGAIN: ReadonlySet<Place['kind']> = new Set(['reaction', 'message', 'home'])

/** Slack brings an event again; a person is told. */
function outageAnswer({ turn }: Showing, place: Place): Answer | undefined {
  const card = outageCard()
  if (BROUGHT_AGAIN.has(place.kind)) {
    turn.answer({ status: 503 })
    return undefined
  }
  if (place.kind === 'suggestion') return { kind: 'options', options: [] }
  if (place.kind !== 'submission' || place.firstField === undefined) return { kind: 'card', card, isRefusal: true }
  // What was filled in stays there for another try.
  const message = `${String(card.title[0])}. Try again in a minute.`
  return { kind: 'field_errors', errors: [{ field: place.firstField, message }] }
}
