import type { DeviceId, PersonId } from '../../core/ids.ts'
import type { AccountRef } from '../chat.ts'

/** Something that one person is told directly, and that belongs to no request. */
export type Notice = {
  readonly platform: string
  readonly reader: PersonId
} & (
  | {
      readonly kind: 'account_bound'
      readonly detail: { readonly person: PersonId; readonly account: AccountRef['account'] }
    }
  | { readonly kind: 'device_bound' | 'device_stolen'; readonly detail: DeviceDetail }
)

/** Names are the device's own claims. */
export interface DeviceDetail {
  readonly person: PersonId
  readonly device: DeviceId
  readonly name: string
  readonly host: string
}

export type StoredNotice = Notice & {
  readonly id: number
  readonly tries: number
}

export interface Notices {
  put(notice: Notice): Promise<void>
  /** Due ones, oldest first, skipping what others hold; each is given again at the time that `nextTryAt` says, or never. */
  claim(limit: number, nextTryAt: (tries: number) => number | undefined): Promise<readonly StoredNotice[]>
  sent(id: number): Promise<void>
}
