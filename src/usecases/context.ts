import type { DeviceId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Inbound } from '../ports/chat.ts'
import type { Store, Tx } from '../ports/store/store.ts'

/** Who does something, by which delivery. */
export interface Acting {
  readonly person: Person
  readonly inbound: Inbound
  /** A device that acts for the person, where it is not themselves. */
  readonly device?: DeviceId
}

/** What somebody pressed or typed, as a word for the record. */
export function wayOf({ inbound }: Acting): string {
  return inbound.input.kind === 'press' ? 'button' : inbound.input.kind
}

const EVENT_KEPT_SECONDS = 24 * 3600
const SIGNATURE_KEPT_SECONDS = 15 * 60

/** First thing in every transaction with an effect: false when the same delivery had its effect before. */
export function takeDelivery(tx: Tx, { inbound }: Acting): Promise<boolean> {
  const isEvent = inbound.deliveryId.startsWith('event:')
  return tx.takeDelivery(
    `${inbound.sender.platform}:${inbound.deliveryId}`,
    isEvent ? EVENT_KEPT_SECONDS : SIGNATURE_KEPT_SECONDS,
  )
}

/**
 * False when this event was answered before: it comes again when the platform did not hear us, and our words do not. A refusal may
 * be of the moment, so what becomes of the event after it is said as well.
 */
export async function takeAnswer(
  store: Store,
  { inbound }: Pick<Acting, 'inbound'>,
  { isRefusal }: { readonly isRefusal: boolean },
): Promise<boolean> {
  const { deliveryId, sender } = inbound
  const what = isRefusal ? 'refusal' : 'answer'
  if (!deliveryId.startsWith('event:')) return true
  return store.transact((tx) => tx.takeDelivery(`${sender.platform}:${what}:${deliveryId}`, EVENT_KEPT_SECONDS))
}
