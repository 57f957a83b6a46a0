import type { Card } from '../cards/card.ts'
import type { PersonId } from '../core/ids.ts'
import { retryDelayMs } from '../core/retry.ts'
import type { ChatPlatform, Conversation, Delivery } from '../ports/chat.ts'
import type { StoredMessage } from '../ports/store/messages.ts'
import type { Tx } from '../ports/store/store.ts'
import { goDirect } from '../usecases/go-direct.ts'
import { type Shown, showMessage } from '../usecases/show-message.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import type { InFlight } from './in-flight.ts'

const AT_ONCE = 24
const UNREACHABLE_RETRY_MS = 15_000
/** Each try takes the card away there once more. */
const SHARED_RETRY_MS = 300_000

export function hasRoomForMessages(inFlight: InFlight<number>): boolean {
  return inFlight.size < AT_ONCE
}

/** Begins what is due and does not wait for it. */
export async function takeMessages(deps: SweeperDeps, inFlight: InFlight<number>, wake: () => void): Promise<number> {
  const limit = AT_ONCE - inFlight.size
  const claimed = await deps.store.transact((tx) => tx.messages.claim(limit, inFlight.keys()))
  for (const message of claimed) {
    const send = () =>
      sendMessage(deps, message).catch((error: unknown) => {
        deps.log.error({ message: message.id, error: errorOf(error) }, 'message_work_failed')
      })
    inFlight.run(message.id, message.platform, () => send().finally(wake))
  }
  return claimed.length
}

/** Shows one message as the rows are now: posts it, or replaces what it showed before. */
async function sendMessage(deps: SweeperDeps, message: StoredMessage): Promise<void> {
  const platform = deps.platforms.get(message.platform)
  const to = platform && (await conversationOf(deps, message))
  if (platform === undefined || to === undefined) {
    deps.log.warn({ message: message.id, request: message.requestId, place: message.place }, 'message_without_reader')
    return deps.store.transact((tx) => tx.messages.failed(message, { atMs: undefined, error: 'nobody to send it to' }))
  }
  const rendered = await deps.store.transact((tx) => showMessage(tx, deps, message))
  const delivery = await deliver(platform, message, { to, card: rendered.card }).catch(
    (error: unknown): Delivery => ({ kind: 'unknown', why: errorOf(error) }),
  )
  await deps.store.transact((tx) => settle(tx, deps, message, { delivery, rendered }))
}

async function conversationOf({ directory }: SweeperDeps, message: StoredMessage): Promise<Conversation | undefined> {
  if (message.audience === 'channel') return { kind: 'channel', channel: message.place }
  const account = await directory.accountOf(message.place as PersonId, message.platform)
  return account === undefined ? undefined : { kind: 'direct', account }
}

function deliver(
  platform: ChatPlatform,
  message: StoredMessage,
  { to, card }: { to: Conversation; card: Card },
): Promise<Delivery> {
  if (message.ref !== undefined) return platform.replace(message.ref, card)
  const thread = message.threadRef === undefined ? {} : { thread: message.threadRef }
  return platform.post(to, card, { key: `${message.requestId}:${message.id}`, ...thread })
}

async function settle(
  tx: Tx,
  deps: SweeperDeps,
  message: StoredMessage,
  { delivery, rendered }: { readonly delivery: Delivery; readonly rendered: Shown },
): Promise<void> {
  if (delivery.kind === 'sent') return tx.messages.sent(message, delivery.message, rendered.revision)
  if (delivery.kind === 'gone') return letGo(tx, message)
  const { messages } = tx
  if (delivery.kind === 'slow_down')
    return messages.failed(message, { atMs: tx.now + delivery.seconds * 1000, error: 'slow_down' })
  deps.log.warn(
    { message: message.id, request: message.requestId, why: delivery.why, outcome: delivery.kind },
    'message_not_sent',
  )
  if (delivery.kind === 'unknown') {
    return messages.failed(message, { atMs: tx.now + retryDelayMs(message.tries, deps.random()), error: delivery.why })
  }
  const isNews = message.lastError !== delivery.why && (message.ref === undefined || isShared(delivery.why))
  if (isNews && message.kind === 'card' && message.audience === 'channel')
    await sendDirectly(tx, deps, message, delivery.why)
  const waitMs = isShared(delivery.why) ? SHARED_RETRY_MS : UNREACHABLE_RETRY_MS
  await messages.failed(message, {
    atMs: message.kind === 'copy' ? undefined : tx.now + waitMs,
    error: delivery.why,
  })
}

/** Somebody deleted it: access that is asked for or given stays in sight, so it is posted anew. */
async function letGo(tx: Tx, message: StoredMessage): Promise<void> {
  if (message.kind === 'card') return tx.messages.lost(message)
  await tx.messages.failed(message, { atMs: undefined, error: 'deleted' })
}

function isShared(why: string): boolean {
  return why === 'shared_outside'
}

async function sendDirectly(tx: Tx, deps: SweeperDeps, message: StoredMessage, why: string): Promise<void> {
  const request = await tx.requests.find(message.requestId)
  if (request !== undefined)
    await goDirect(tx, deps, request, { platform: message.platform, channel: message.place, why })
}
