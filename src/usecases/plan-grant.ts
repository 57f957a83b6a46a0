import type { Refusal } from '../core/codes.ts'
import type { PersonId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { tellDecision, tellThread } from './tell.ts'

export interface Approval {
  readonly request: StoredRequest
  /** Whose vote completed it; undefined when the role asks for no approval. */
  readonly by: PersonId | undefined
  readonly byName: string
}

/**
 * pending -> approved, and the grant planned, in one transaction: the sweeper does the rest.
 */
export async function approveAndPlan(
  tx: Tx,
  deps: Deps,
  { request, by, byName }: Approval,
): Promise<Result<undefined, Refusal>> {
  const { id, role } = request
  const provider = deps.providers.get(role.provider)
  if (provider === undefined) return fail({ code: 'provider_missing', provider: role.providerName })
  const detail = { role: role.key, role_hash: role.hash, duration_seconds: request.durationSeconds }
  const move = { id, from: 'pending', to: 'approved', ...(by === undefined ? {} : { by }) } as const
  const isMoved = await tx.requests.move(move, { name: 'request_approved', actor: by ?? 'policy', subject: id, detail })
  if (!isMoved) throw new Error(`request ${id} moved under its own lock`)
  const { requester: person, durationSeconds } = request
  const { instance } = provider
  const planned = { ...detail, person, instance, targets: role.targets, scope: role.entitlement?.scope }
  await tx.grants.plan(
    { id, person, providerKey: role.provider, instance, durationSeconds },
    { name: 'grant_planned', actor: by ?? 'policy', subject: id, detail: planned },
  )
  await tellThread(tx, request, [`Approved by ${byName}`])
  await tellDecision(tx, request, [`Approved by ${byName}; ${provider.vendor} is being asked`])
  await tx.nudge()
  return ok(undefined)
}
