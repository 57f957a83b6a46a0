import type { Card, Inline, Line } from '../cards/card.ts'
import type { RequestView } from '../cards/request-view.ts'
import type { PersonId } from '../core/ids.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'

const MENTIONS_MAX = 10

/** One short line in the thread of the card: the story. Nothing where no channel has the card. */
export async function tellThread(tx: Tx, request: StoredRequest, line: Line): Promise<void> {
  const root = await tx.messages.findRoot(request.id, 'channel')
  if (root !== undefined) await tx.messages.putLine(root.id, lineCard(line))
}

/** A line in the direct-message thread of who asked, which begins with the card as the holder sees it. */
export function tellRequester(tx: Tx, request: StoredRequest, line: Line | undefined): Promise<void> {
  return tellDirectly(tx, request, { person: request.requester, line })
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
