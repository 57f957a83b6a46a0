import type { Line } from '../cards/card.ts'
import { warningCard } from '../cards/warning-card.ts'
import { isListed, type Person } from '../core/person.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { isAccessOver } from '../usecases/extend-grant.ts'
import { lapse } from '../usecases/lapse-request.ts'
import { remindDeciders, tellDirectly, tellHolder, tellThread } from '../usecases/tell.ts'
import { viewRequest } from '../usecases/view-request.ts'
import type { SweeperDeps } from './deps.ts'

const AT_ONCE = 100
const CALLED_MAX = 10
export const OVERDUE_AFTER_MS = 30_000

/** What nobody decided in time, and what asks for more of an access that is over. */
export function lapseRequests(deps: SweeperDeps): Promise<number> {
  return deps.store.transact(async (tx) => {
    const lapsed = await tx.requests.claimLapsed(AT_ONCE)
    for (const request of lapsed)
      await lapse(tx, request, (await isAccessOver(tx, request)) ? 'access_over' : 'nobody_decided')
    return lapsed.length
  })
}

export function giveReminders(deps: SweeperDeps): Promise<number> {
  return deps.store.transact(async (tx) => {
    const due = await tx.requests.claimReminders(AT_ONCE)
    for (const request of due) await remind(tx, deps, request)
    return due.length
  })
}

export function giveWarnings(deps: SweeperDeps): Promise<number> {
  return deps.store.transact(async (tx) => {
    const due = await tx.grants.claimToWarn(AT_ONCE)
    for (const { id } of due) await warn(tx, deps, await tx.requests.find(id))
    return due.length
  })
}

export function raiseAlarms(deps: SweeperDeps): Promise<number> {
  return deps.store.transact(async (tx) => {
    const due = await tx.grants.claimOverdue(AT_ONCE, OVERDUE_AFTER_MS)
    for (const { id } of due) await alarm(tx, deps, await tx.requests.find(id))
    return due.length
  })
}

async function remind(tx: Tx, deps: SweeperDeps, request: StoredRequest): Promise<void> {
  await remindDeciders(tx, request, await viewRequest(tx, deps, request))
  await tx.nudge()
}

/** What can still be done about it is to be pressed right there. */
async function warn(tx: Tx, deps: SweeperDeps, request: StoredRequest | undefined): Promise<void> {
  if (request === undefined) return
  await tellHolder(tx, request, warningCard(await viewRequest(tx, deps, request), tx.now))
  await tx.nudge()
}

const ALARM = 'this access should have ended and could not be taken away yet; the card says why'

/**
 * Until alerting proper exists: the overdue card, a line that calls those who can act, and one log line at level error.
 * Where no channel shows the card, each of them has it directly.
 */
async function alarm(tx: Tx, deps: SweeperDeps, request: StoredRequest | undefined): Promise<void> {
  if (request === undefined) return
  const people = whoCanAct(deps, request)
  await tx.record({ name: 'grant_overdue', actor: 'timer', subject: request.id })
  await tx.requests.touch(request.id)
  const root = await tx.messages.findRoot(request.id, 'channel')
  if (root?.ref === undefined || root.lastError !== undefined) {
    for (const { id } of people) await tellDirectly(tx, request, { person: id, line: [ALARM] })
  }
  const called = people.flatMap(({ id, name }): Line => [{ kind: 'mention', person: id, name }, ' '])
  await tellThread(tx, request, [...called, ALARM])
  deps.log.error({ grant: request.id, role: request.role.key }, 'revoke_overdue')
  await tx.nudge()
}

function whoCanAct({ settings }: SweeperDeps, { role }: StoredRequest): readonly Person[] {
  const lists = [settings.authority.administrators, ...(role.workflow?.stages.map((stage) => stage.approvers) ?? [])]
  return settings.people.filter((person) => lists.some((list) => isListed(person, list))).slice(0, CALLED_MAX)
}
