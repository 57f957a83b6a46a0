import type { DeviceId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Inbound } from '../ports/chat.ts'
import type { Tx } from '../ports/store/store.ts'

/** Who does something, by which delivery. */
export interface Acting {
  readonly person: Person
  readonly inbound: Inbound
  /** A device that acts for the person, where it is not themselves. */
  readonly device?: DeviceId
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
