import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellDecision, tellThread } from './tell.ts'

const WORDS = {
  nobody_decided: 'Lapsed: nobody decided in time',
  role_changed: 'Lapsed: the role has changed since it was asked for',
  not_eligible: 'Lapsed: who asked may not ask for this role any more',
  access_over: 'Lapsed: the access had ended before this was decided',
} as const

/** pending -> lapsed, under the request's lock. */
export async function lapse(tx: Tx, request: StoredRequest, why: keyof typeof WORDS): Promise<void> {
  const { id } = request
  const event = { name: 'request_lapsed', actor: 'timer', subject: id, detail: { why } } as const
  if (!(await tx.requests.move({ id, from: 'pending', to: 'lapsed', decision: why }, event))) return
  await tellThread(tx, request, [WORDS[why]])
  await tellDecision(tx, request, [WORDS[why]])
  await tx.nudge()
}
