import type { Line } from '../cards/card.ts'
import { endedWords } from '../cards/credential-lines.ts'
import { clockSeconds, strong } from '../cards/words.ts'
import type { StoredGrant } from '../ports/store/grants.ts'
import type { Tx } from '../ports/store/store.ts'
import { loseCredential } from '../usecases/lose-credential.ts'
import { tellRequester, tellThread } from '../usecases/tell.ts'
import { viewRequest } from '../usecases/view-request.ts'
import type { SweeperDeps } from './deps.ts'

const AT_ONCE = 100

/**
 * `revoked` is said by a slot's last read, unless a credential outlived that read, or there is no slot: then here, when
 * nothing is left that may still work and that anybody knows of (grant protocol, rule 14).
 */
export function closeEnded(deps: SweeperDeps): Promise<number> {
  return deps.store.transact(async (tx) => {
    const unanswered = await tx.credentials.claimUnanswered(AT_ONCE)
    for (const credential of unanswered) {
      const grant = await tx.grants.find(credential.grantId)
      const vendor = vendorOf(deps, grant)
      await loseCredential(tx, credential, { actor: 'timer', vendor })
    }
    const ended = await tx.grants.claimToClose(AT_ONCE)
    for (const grant of ended) await close(tx, deps, grant)
    return unanswered.length + ended.length
  })
}

async function close(tx: Tx, deps: SweeperDeps, { id }: StoredGrant): Promise<void> {
  const event = { name: 'grant_revoked', actor: 'timer', subject: id } as const
  if (!(await tx.grants.move({ id, from: 'revoking', to: 'revoked' }, event))) return
  const request = await tx.requests.find(id)
  if (request === undefined) throw new Error(`grant ${id} has no request`)
  const view = await viewRequest(tx, deps, request)
  const { grant, requester } = view
  if (grant === undefined) throw new Error(`request ${id} has no grant`)
  const level = grant.slots[0]?.seen
  const begin: Line = ['Ended ', clockSeconds(tx.now), ': ', ...(level === undefined ? [] : [strong(level), '; '])]
  await tellThread(tx, request, [...begin, ...endedWords(view, grant, `${requester.name}’s`)])
  await tellRequester(tx, request, [...begin, ...endedWords(view, grant, 'your')])
  await tx.nudge()
}

function vendorOf({ providers }: SweeperDeps, grant: StoredGrant | undefined): string {
  return (grant && providers.get(grant.providerKey)?.vendor) ?? grant?.providerKey ?? 'the provider'
}
