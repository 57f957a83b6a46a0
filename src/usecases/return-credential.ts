import type { Refusal } from '../core/codes.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Deps } from './deps.ts'
import type { Pull } from './intend-credential.ts'

/** Its holder needs it no more: it is taken back now, and makes room for another. Returned twice is fine. */
export function returnCredential(
  deps: Deps,
  { id, person, device, deliveryId }: Pull,
  number: number,
): Promise<Result<undefined, Refusal>> {
  return deps.store.transact(async (tx) => {
    const request = await tx.requests.find(id)
    const credential = request?.requester === person ? await tx.credentials.lock(number) : undefined
    if (credential?.grantId !== id) return fail({ code: 'not_found', id })
    const detail = { credential: number, device, proof: deliveryId }
    const event = { name: 'credential_returned', actor: person, subject: id, detail } as const
    if (await tx.credentials.returned(credential, event)) await tx.nudge()
    return ok(undefined)
  })
}
