import type { PersonId } from '../core/ids.ts'
import type { SlotFacts } from '../core/protocol/facts.ts'
import { whyNotApproved } from '../core/still-holds.ts'
import type { Failure, StoredGrant } from '../ports/store/grants.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellRequester, tellThread } from '../usecases/tell.ts'
import type { SweeperDeps } from './deps.ts'

/**
 * Why what was approved would not be given today, by its role, its people and their groups: then nothing is given, and the
 * card says so. `gone` are those of whom the directory says that they may do nothing any more.
 */
export async function whyNotGiven(
  tx: Tx,
  { settings }: SweeperDeps,
  request: StoredRequest,
  gone: ReadonlySet<PersonId> = new Set(),
): Promise<Failure | undefined> {
  const votes = await tx.requests.votes(request.id)
  const code = whyNotApproved({ ...request, votes }, { ...settings, gone })
  return code && { code, detail: '' }
}

/** Asked again when a grant begins, before its first attempt, by whoever has the last configuration. True when one was dropped, and its facts are stale. */
export async function dropChanged(tx: Tx, deps: SweeperDeps, facts: SlotFacts): Promise<boolean> {
  let isDropped = false
  for (const { id, state } of facts.grants.values()) {
    if (state !== 'planned') continue
    const grant = await tx.grants.find(id)
    const request = await tx.requests.find(id)
    const why = request && (await whyNotGiven(tx, deps, request))
    if (grant === undefined || why === undefined) continue
    await giveUpPlanned(tx, grant, why)
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
