import type { Card, Inline, Line } from '../cards/card.ts'
import type { RequestView } from '../cards/request-view.ts'
import { clock, spanOf } from '../cards/words.ts'
import type { PersonId } from '../core/ids.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'

const CALLED_MAX = 10

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

/** The same of what the card says itself: where it comes with this only, it is said by the card alone. */
export async function tellDecision(tx: Tx, request: StoredRequest, line: Line): Promise<void> {
  const { id, requester, extension } = request
  const isThere = (await tx.messages.findRoot(id, 'direct', requester)) !== undefined
  await tellRequester(tx, request, isThere || extension !== undefined ? line : undefined)
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
  { id, platform }: Pick<StoredRequest, 'id' | 'platform'>,
  { person, line }: { readonly person: PersonId; readonly line: Line | undefined },
): Promise<void> {
  const root = await tx.messages.putCard({ requestId: id, platform, audience: 'direct', place: person })
  if (line !== undefined) await tx.messages.putLine(root, lineCard(line))
}

/**
 * Calls those who may decide, so that somebody's phone rings, as the workflow says: mentioned in the thread of the card, or
 * by the card itself as a direct message. At most ten of them, never who asked.
 */
export async function callDeciders(tx: Tx, request: StoredRequest, view: RequestView): Promise<void> {
  const { workflow } = request.role
  const called = view.deciders.slice(0, CALLED_MAX)
  if (workflow === undefined || workflow.notify === 'none' || called.length === 0) return
  if (workflow.notify === 'mention')
    return tellThread(tx, request, [...named(called, 'mentioned'), `: ${view.requester.name} waits for one of you`])
  await tellEach(tx, request, { people: called, line: undefined })
  await tellThread(tx, request, ['Asked directly: ', ...named(called, 'named')])
}

/** The same again while nobody has decided. Where the channel has no card, directly too. */
export async function remindDeciders(tx: Tx, request: StoredRequest, view: RequestView): Promise<void> {
  const { workflow } = request.role
  const called = view.deciders.slice(0, CALLED_MAX)
  if (workflow === undefined || workflow.notify === 'none' || called.length === 0) return
  const still: Line = [`${view.requester.name} still waits; lapses at `, clock(view.lapsesAt)]
  const root = await tx.messages.findRoot(request.id, 'channel')
  const isInChannel = root?.ref !== undefined && root.lastError === undefined
  if (workflow.notify === 'mention' && isInChannel)
    return tellThread(tx, request, [...named(called, 'mentioned'), ': ', ...still])
  await tellEach(tx, request, { people: called, line: still })
}

/** On the platform of the workflow, which may be another than where it was asked. */
async function tellEach(
  tx: Tx,
  { id, role }: StoredRequest,
  { people, line }: { readonly people: RequestView['deciders']; readonly line: Line | undefined },
): Promise<void> {
  const platform = role.workflow?.channel.split(':')[0] ?? ''
  for (const person of people) await tellDirectly(tx, { id, platform }, { person: person.id, line })
}

function named(people: RequestView['deciders'], how: 'mentioned' | 'named'): Line {
  return people.flatMap(({ id, name }, n): Inline[] => [
    ...(n === 0 ? [] : [', ']),
    how === 'mentioned' ? { kind: 'mention', person: id, name } : name,
  ])
}

function lineCard(title: Line): Card {
  return { title, lines: [], buttons: [] }
}
