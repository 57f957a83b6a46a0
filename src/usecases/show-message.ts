import type { Card } from '../cards/card.ts'
import { requestCard } from '../cards/request-card.ts'
import type { StoredMessage } from '../ports/store/messages.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { viewRequest } from './view-request.ts'

export interface Shown {
  readonly card: Card
  /** Of the request; undefined where the message has content of its own. */
  readonly revision: number | undefined
}

/** A message as the rows are now. */
export async function showMessage(
  tx: Tx,
  deps: Pick<Deps, 'settings' | 'providers'>,
  message: StoredMessage,
): Promise<Shown> {
  if (message.content !== undefined) return { card: message.content, revision: undefined }
  const request = await tx.requests.find(message.requestId)
  if (request === undefined) throw new Error(`message ${message.id} has no request`)
  const view = await viewRequest(tx, deps, request)
  const isHolder = message.audience === 'direct' && message.place === request.requester
  return { card: requestCard(view, isHolder ? 'holder' : 'channel'), revision: request.revision }
}
