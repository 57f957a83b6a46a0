import type { Card } from '../../cards/card.ts'
import type { RequestId } from '../../core/ids.ts'
import type { MessageRef } from '../chat.ts'

export interface StoredMessage {
  readonly id: number
  readonly epoch: number
  readonly requestId: RequestId
  /** A `copy` stands there beside the card, such as one whose post was lost: it shows the request too, and has no thread of ours. */
  readonly kind: 'card' | 'copy' | 'line'
  readonly platform: string
  readonly audience: 'channel' | 'direct'
  /** The channel, or the person of a direct message. */
  readonly place: string
  readonly content: Card | undefined
  readonly ref: MessageRef | undefined
  /** Of the root that it answers. */
  readonly threadRef: MessageRef | undefined
  readonly shownRevision: number | undefined
  readonly tries: number
  /** Of the last try, since it was last delivered. */
  readonly lastError: string | undefined
}

/** A message that is there, and where. */
export type Standing = Pick<StoredMessage, 'requestId' | 'platform' | 'audience' | 'place'> & {
  readonly ref: MessageRef
}

export interface Messages {
  /** A message that shows the request; once a place. A root, or one in the thread of that root. Its id. */
  putCard(
    card: Pick<StoredMessage, 'requestId' | 'platform' | 'audience' | 'place'> & { readonly thread?: number },
  ): Promise<number>
  /** What stands there already and is ours shows the request from now on. */
  adopt(copy: Standing): Promise<void>
  /** The same of an answer: it is the card of that place where there is none yet. Due at once only if `lags`. */
  keep(answer: Standing, how: { readonly canBeRoot: boolean; readonly lags: boolean }): Promise<void>
  /** A line in the thread of that card, or in the one that the card stands in, after the lines before it. */
  putLine(card: number, content: Card): Promise<void>
  findRoot(
    requestId: RequestId,
    audience: StoredMessage['audience'],
    place?: string,
  ): Promise<StoredMessage | undefined>
  /** The message that we posted there, or undefined: what is not ours decides nothing. */
  findByRef(platform: string, ref: MessageRef): Promise<StoredMessage | undefined>
  /** A card or a line is on its way to that channel: where it stands is not recorded yet. */
  isPosting(platform: string, channel: string): Promise<boolean>
  /** Due ones whose thread exists, the longest due first, one a thread; `inFlight` are those that this process is sending. */
  claim(limit: number, inFlight: readonly number[]): Promise<readonly StoredMessage[]>
  sent(message: StoredMessage, ref: MessageRef, shownRevision: number | undefined): Promise<void>
  /** It is not there any more: it is posted anew, and what follows in its thread with it. */
  lost(message: StoredMessage): Promise<void>
  failed(message: StoredMessage, next: { readonly atMs: number | undefined; readonly error: string }): Promise<void>
}
