import type { Line } from '../cards/card.ts'
import { clock, strong } from '../cards/words.ts'
import { nameOf } from '../core/settings.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellRequester, tellThread } from '../usecases/tell.ts'
import type { SweeperDeps } from './deps.ts'

/**
 * A role that only allows credentials holds nothing at the provider: there is nothing to write and nothing to read, so
 * it is active at once, and its clock starts here. Under the grant's lock, once it is prepared.
 */
export async function beginWithoutSlot(tx: Tx, { settings }: SweeperDeps, request: StoredRequest): Promise<void> {
  const { id, role, durationSeconds } = request
  await tx.grants.startClock(id)
  for (const [from, to] of [
    ['planned', 'granting'],
    ['granting', 'active'],
  ] as const) {
    const event = {
      name: `grant_${to}`,
      actor: 'timer',
      subject: id,
      detail: { scope: role.entitlement?.scope },
    } as const
    if (!(await tx.grants.move({ id, from, to }, event))) throw new Error(`grant ${id} moved under its own lock`)
  }
  const what: Line = [strong(role.name), ' at ', strong(role.providerName), ' until ']
  const until = clock(tx.now + durationSeconds * 1000)
  await tellThread(tx, request, [`${nameOf(settings, request.requester)} has `, ...what, until])
  await tellRequester(tx, request, ['You have ', ...what, until])
  await tx.nudge()
}
