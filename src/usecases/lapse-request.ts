import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellRequester, tellThread } from './tell.ts'

export type WhyLapsed = 'nobody_decided' | 'role_changed'

/** pending -> lapsed, under the request's lock. */
export async function lapse(tx: Tx, request: StoredRequest, why: WhyLapsed): Promise<void> {
  const { id } = request
  const event = { name: 'request_lapsed', actor: 'timer', subject: id, detail: { why } } as const
  if (!(await tx.requests.move({ id, from: 'pending', to: 'lapsed', decision: why }, event))) return
  const words =
    why === 'role_changed' ? 'Lapsed: the role has changed since it was asked for' : 'Lapsed: nobody decided in time'
  await tellThread(tx, request, [words])
  await tellRequester(tx, request, [words])
  await tx.nudge()
}
