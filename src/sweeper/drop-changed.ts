import type { SlotFacts } from '../core/protocol/facts.ts'
import type { Failure, StoredGrant } from '../ports/store/grants.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellRequester, tellThread } from '../usecases/tell.ts'
import type { SweeperDeps } from './deps.ts'

/** What was approved is not what would be given today: nothing is given, and the card says to ask again. */
export function isChanged({ settings }: SweeperDeps, { role }: StoredRequest): boolean {
  return settings.roles.find((each) => each.key === role.key)?.hash !== role.hash
}

/** Asked again when a grant begins, before its first attempt. True when one was dropped, and its facts are stale. */
export async function dropChanged(tx: Tx, deps: SweeperDeps, facts: SlotFacts): Promise<boolean> {
  if ((await tx.loadedLast()) !== deps.settings.hash) return false
  let isDropped = false
  for (const { id, state } of facts.grants.values()) {
    if (state !== 'planned') continue
    const grant = await tx.grants.find(id)
    const request = await tx.requests.find(id)
    if (grant === undefined || request === undefined || !isChanged(deps, request)) continue
    await giveUpPlanned(tx, grant, { code: 'role_changed', detail: '' })
    isDropped = true
  }
  return isDropped
}

export async function giveUpPlanned(tx: Tx, { id }: StoredGrant, failure: Failure): Promise<void> {
  const detail = { why: 'failed', ...failure }
  const event = { name: 'grant_revoked', actor: 'timer', subject: id, detail } as const
  await tx.grants.move({ id, from: 'planned', to: 'revoked', endedHow: 'failed', failure }, event)
  await tellNotGranted(tx, id)
  await tx.nudge()
}

export async function tellNotGranted(tx: Tx, id: StoredGrant['id']): Promise<void> {
  const request = await tx.requests.find(id)
  if (request === undefined) return
  await tellThread(tx, request, ['Not granted'])
  await tellRequester(tx, request, ['Not granted; the card says why'])
}
