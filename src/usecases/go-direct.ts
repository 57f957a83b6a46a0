import { whoMayDecide } from '../core/tally.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { tellRequester } from './tell.ts'

/** Where the card cannot be, and what the platform said. */
export interface Nowhere {
  readonly platform: string
  readonly channel: string
  readonly why: string
}

/** The card cannot be there: who asked is told how to mend it, those who decide get it directly, and it follows by itself. */
export async function goDirect(
  tx: Tx,
  { settings }: Pick<Deps, 'settings'>,
  request: StoredRequest,
  { platform, channel, why }: Nowhere,
): Promise<void> {
  const { workflow } = request.role
  if (workflow === undefined) return
  await tellRequester(tx, request, [mendOf(channel, why)])
  if (request.state !== 'pending') return tx.nudge()
  const votes = await tx.requests.votes(request.id)
  for (const person of whoMayDecide(workflow, settings.people, { requester: request.requester, votes }))
    await tx.messages.putCard({ requestId: request.id, platform, audience: 'direct', place: person.id })
  await tx.nudge()
}

function mendOf(channel: string, why: string): string {
  if (why === 'shared_outside')
    return `I do not post in ${channel}: it is shared outside. Whoever runs Thand names another channel in the workflow`
  if (why === 'not_in_channel')
    return `I cannot post in the channel ${channel}: type /invite @Thand there, and the card follows`
  if (why === 'not_installed')
    return `I cannot post in the channel ${channel}: add the Thand app to its team or chat, and the card follows`
  if (why === 'not_heard_yet')
    return `I cannot post in the channel ${channel} yet: say something to @Thand there, and the card follows`
  return `I cannot post in the channel ${channel} (${why}): whoever runs Thand looks at the app and at its workflow; the card follows`
}
