import type { Card } from '../cards/card.ts'
import { requestCard } from '../cards/request-card.ts'
import { storyLines, type Told } from '../cards/story-lines.ts'
import type { Telling } from '../cards/story-words.ts'
import type { Refusal } from '../core/codes.ts'
import type { RequestId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { nameOf } from '../core/settings.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { maySee } from './may.ts'
import { viewRequest } from './view-request.ts'

const HEADING = 'What happened'

/** One request as a story: how it stands, then a line an event, with those of what extends it. */
export function showRequest(deps: Deps, person: Person, id: RequestId): Promise<Result<Card, Refusal>> {
  return deps.store.transact(async (tx) => {
    const request = await tx.requests.find(id)
    if (request === undefined || !maySee(deps.settings, person, request)) return fail({ code: 'not_found', id })
    const view = await viewRequest(tx, deps, request)
    const card = requestCard(view, person.id === request.requester ? 'holder' : 'channel')
    const story = storyLines(await recordOf(tx, request), tellingOf(deps, request))
    const heading = { kind: 'strong', text: HEADING } as const
    return ok({ ...card, lines: [...card.lines, [heading], ...story], buttons: [] })
  })
}

async function recordOf(tx: Tx, { id }: StoredRequest): Promise<readonly Told[]> {
  const events: (Told & { readonly seq: number })[] = [...(await tx.history(id))]
  for (const { id: extension, durationSeconds } of await tx.requests.extensionsOf(id)) {
    // Said once already: as the access that was extended.
    const own = (await tx.history(extension)).filter((event) => event.name !== 'request_approved')
    events.push(...own.map((event) => ({ ...event, extendsBySeconds: durationSeconds })))
  }
  return events.toSorted((a, b) => a.seq - b.seq)
}

function tellingOf({ settings, providers }: Deps, { role, requester }: StoredRequest): Telling {
  const provider = providers.get(role.provider)
  const others: Readonly<Record<string, string>> = { timer: 'the clock', system: 'Thand', policy: 'the policy' }
  return {
    nameOf: (actor) => others[actor] ?? nameOf(settings, actor),
    requester: nameOf(settings, requester),
    vendor: provider?.vendor ?? role.providerName,
    levelName: (slot, level) => provider?.levelName(slot, level) ?? level,
  }
}
