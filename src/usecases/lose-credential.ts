import { clock } from '../cards/words.ts'
import type { StoredCredential } from '../ports/store/credentials.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellThread } from './tell.ts'

/**
 * Nobody will say any more whether it was made; nobody received it. It cannot be taken back, so people are told until
 * when it may work. Under the row's lock.
 */
export async function loseCredential(
  tx: Tx,
  credential: StoredCredential,
  { actor, vendor }: { readonly actor: string; readonly vendor: string },
): Promise<void> {
  const { id, grantId, worksUntil } = credential
  const detail = { credential: id, outcome: 'unknown', works_until: worksUntil }
  const event = { name: 'credential_not_issued', actor, subject: grantId, detail } as const
  if (!(await tx.credentials.notIssued(credential, 'unknown', event))) return
  const request = await tx.requests.find(grantId)
  if (request === undefined) return
  const words = `${vendor} did not say whether it made a credential. Nobody received one; if it did, that one works until `
  await tellThread(tx, request, [words, clock(worksUntil), ' at the latest'])
  await tx.nudge()
}
