import type { AuditEvent } from '../core/audit.ts'
import type { GrantMove, StoredGrant } from '../ports/store/grants.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellThread } from '../usecases/tell.ts'
import type { SweeperDeps } from './deps.ts'

export const GIVE_UP_MS = 15 * 60_000
const AT_ONCE = 200

/** What is over by the database's clock begins to end. */
export function endDue(deps: SweeperDeps): Promise<number> {
  return deps.store.transact(async (tx) => {
    const due = await tx.grants.claimDue(AT_ONCE, GIVE_UP_MS)
    for (const grant of due) await end(tx, grant)
    if (due.length > 0) await tx.nudge()
    return due.length
  })
}

async function end(tx: Tx, grant: StoredGrant): Promise<void> {
  const move = moveOf(tx, grant)
  if (move === undefined) return
  const name = move.to === 'revoked' ? 'grant_revoked' : 'grant_revoking'
  const event: AuditEvent = {
    name,
    actor: 'timer',
    subject: grant.id,
    detail: { why: move.endedHow, failure: move.failure },
  }
  await tx.grants.move(move, event)
  const request = move.failure === undefined ? undefined : await tx.requests.find(grant.id)
  if (request !== undefined) await tellThread(tx, request, ['Not granted in time'])
}

function moveOf(tx: Tx, grant: StoredGrant): GrantMove | undefined {
  const { id, state } = grant
  const isOver = grant.expiresAt !== undefined && grant.expiresAt <= tx.now
  const detail = grant.lastError ?? 'no answer'
  if (state === 'active') return isOver ? { id, from: 'active', to: 'revoking', endedHow: 'expired' } : undefined
  if (state === 'granting') {
    const failure = { code: isOver ? 'out_of_time' : 'gave_up', detail }
    return grant.isWaiting
      ? { id, from: 'granting', to: 'revoking', endedHow: 'expired' }
      : { id, from: 'granting', to: 'revoking', endedHow: 'failed', failure }
  }
  if (state !== 'planned') return undefined
  return { id, from: 'planned', to: 'revoked', endedHow: 'never_began', failure: { code: 'not_begun', detail } }
}
