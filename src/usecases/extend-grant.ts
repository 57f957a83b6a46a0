import { clock, strong } from '../cards/words.ts'
import type { Refusal } from '../core/codes.ts'
import { isRunning } from '../core/extension.ts'
import type { RequestId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Extension, StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { lapse } from './lapse-request.ts'
import type { Approval } from './plan-grant.ts'
import { tellRequester, tellThread } from './tell.ts'

/**
 * pending -> approved, and the end of the grant moved, in one transaction and under both locks. The end that was asked for is
 * the one that is given, whenever it is decided. Access that is over meanwhile is not woken: the request lapses.
 */
export async function approveAndExtend(
  tx: Tx,
  { request, by, byName }: Approval,
  { grant, until }: Extension,
): Promise<Result<undefined, Refusal>> {
  const { id, role, durationSeconds } = request
  const actor = by ?? 'policy'
  const detail = { extension: id, until, duration_seconds: durationSeconds, role_hash: role.hash }
  const longer = { id: grant, until, mostSeconds: role.maxDurationSeconds }
  if (!(await tx.grants.extend(longer, { name: 'grant_extended', actor, subject: grant, detail }))) {
    await lapse(tx, request, 'access_over')
    return fail({ code: 'access_over' })
  }
  const move = { id, from: 'pending', to: 'approved', ...(by === undefined ? {} : { by }) } as const
  const event = { name: 'request_approved', actor, subject: id, detail: { grant, ...detail } } as const
  if (!(await tx.requests.move(move, event))) throw new Error(`request ${id} moved under its own lock`)
  const what = [strong(role.name), ' at ', strong(role.providerName), ' until ', clock(until)]
  const approved = by === undefined ? 'Extended' : `Approved by ${byName}`
  await tellThread(tx, request, [`${approved}: `, ...what])
  await tellRequester(tx, request, [`${approved}: you have `, ...what])
  await tx.nudge()
  return ok(undefined)
}

/** Under both locks, what it extends first: in the order of everybody who ends that. Of which one it is nothing ever changes. */
export async function lockWithAccess(tx: Tx, id: RequestId): Promise<StoredRequest | undefined> {
  const { extension } = (await tx.requests.find(id)) ?? {}
  if (extension !== undefined) await tx.grants.lock(extension.grant)
  return tx.requests.lock(id)
}

/** Of an extension: nothing is left to extend. */
export async function isAccessOver(tx: Tx, { extension }: StoredRequest): Promise<boolean> {
  const grant = extension && (await tx.grants.find(extension.grant))
  return extension !== undefined && (grant === undefined || !isRunning(grant, tx.now))
}
