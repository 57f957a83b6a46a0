import type { Card, Inline, Line } from '../cards/card.ts'
import type { RequestView } from '../cards/request-view.ts'
import { spanOf } from '../cards/words.ts'
import type { PersonId } from '../core/ids.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'

const MENTIONS_MAX = 10

/** One short line in the thread of the card: the story. Nothing where no channel has the card. */
export async function tellThread(tx: Tx, request: StoredRequest, line: Line): Promise<void> {
  const card = await tx.messages.findRoot(request.id, 'channel')
  if (card !== undefined) await tx.messages.putLine(card.id, lineCard([...aboutExtension(request), ...line]))
}

/**
 * A line in the direct-message thread of who asked, which begins with the card as the holder sees it. An extension is told
 * where the access that it extends is told.
 */
export async function tellRequester(tx: Tx, request: StoredRequest, line: Line | undefined): Promise<void> {
  const { requester: person, extension } = request
  if (extension === undefined) return tellDirectly(tx, request, { person, line })
  const extended = await tx.requests.find(extension.grant)
  if (extended !== undefined && line !== undefined)
    await tellDirectly(tx, extended, { person, line: [...aboutExtension(request), ...line] })
}

/** Its lines stand among those of the access that it extends. */
function aboutExtension({ extension, durationSeconds }: StoredRequest): Line {
  return extension === undefined ? [] : [`${spanOf(durationSeconds)} more · `]
}

/** A card with something to press, in the thread where the holder's card is. */
export async function tellHolder(tx: Tx, request: StoredRequest, card: Card): Promise<void> {
  const { id: requestId, platform, requester: place } = request
  await tx.messages.putLine(await tx.messages.putCard({ requestId, platform, audience: 'direct', place }), card)
}

/** The card and a line in its thread, for one person. */
export async function tellDirectly(
  tx: Tx,
  { id, platform }: StoredRequest,
  { person, line }: { readonly person: PersonId; readonly line: Line | undefined },
): Promise<void> {
  const root = await tx.messages.putCard({ requestId: id, platform, audience: 'direct', place: person })
  if (line !== undefined) await tx.messages.putLine(root, lineCard(line))
}

/** Those who may decide, called by name so that somebody's phone rings; at most ten, never who asked. */
export function callDeciders(view: RequestView, isMentioned: boolean): Line {
  const deciders = view.deciders.slice(0, MENTIONS_MAX)
  return deciders.flatMap(({ id, name }, n): Inline[] => [
    ...(n === 0 ? [] : [', ']),
    isMentioned ? { kind: 'mention', person: id, name } : name,
  ])
}

function lineCard(title: Line): Card {
  return { title, lines: [], buttons: [] }
}
