import type { PersonId } from '../../core/ids.ts'
import type { AccountRef } from '../chat.ts'

/** Something that one person is told directly, and that belongs to no request. */
export interface Notice {
  readonly kind: 'account_bound'
  readonly platform: string
  readonly reader: PersonId
  readonly detail: { readonly person: PersonId; readonly account: AccountRef['account'] }
}

export interface StoredNotice extends Notice {
  readonly id: number
  readonly tries: number
}

export interface Notices {
  put(notice: Notice): Promise<void>
  /** Due ones, oldest first, skipping what others hold; each is given again at the time that `nextTryAt` says, or never. */
  claim(limit: number, nextTryAt: (tries: number) => number | undefined): Promise<readonly StoredNotice[]>
  sent(id: number): Promise<void>
}
