import { retryDelayMs } from '../core/retry.ts'
import type { Secret } from '../core/secret.ts'
import { type CredentialIssuer, issuesCredentials } from '../ports/credential-issuer.ts'
import type { Fault, Provider } from '../ports/provider.ts'
import type { ClaimedCredential } from '../ports/store/credentials.ts'
import type { Tx } from '../ports/store/store.ts'
import { aboutCredential } from '../usecases/sealed-receipt.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import { faultWords, retryAfterOf } from './fault-words.ts'
import { DEADLINE_MS } from './work.ts'

const OUT_OF_REACH_RETRY_MS = 30_000
/** How far the provider's clock may be behind ours, where its own end is all that there is to go by. */
const CLOCK_MARGIN_MS = 60_000

type Issuer = Provider & CredentialIssuer

/**
 * One try to take a claimed credential back. It is dead when a read at the provider says so, never because it was
 * ordered. Answers what kept it from being done, when that lies with the provider as a whole and not with this one.
 */
export async function withdrawCredential(deps: SweeperDeps, claimed: ClaimedCredential): Promise<Fault | undefined> {
  const issuer = issuerOf(deps, claimed)
  if (issuer === undefined)
    return outOfReach(deps, claimed, `the provider ${claimed.providerKey} is not configured for ${claimed.instance}`)
  const receipt = claimed.receipt && deps.sealing.open(claimed.receipt, aboutCredential(claimed))
  if (receipt === undefined) return outOfReach(deps, claimed, 'its key is not in THAND_SECRET_KEY any more')
  const isGivenBack = await deps.store.transact(
    async (tx) => (await tx.grants.find(claimed.grantId))?.state === 'active',
  )
  const dead = await isDeadNow(deps, claimed, { issuer, receipt, isGivenBack })
  await deps.store.transact((tx) => settle(tx, deps, claimed, { issuer, dead, isGivenBack }))
  return dead.kind === 'fault' && dead.fault.kind !== 'refused' ? dead.fault : undefined
}

function issuerOf({ providers }: SweeperDeps, { providerKey, instance }: ClaimedCredential): Issuer | undefined {
  const named = providers.get(providerKey)
  const found = named?.instance === instance ? named : [...providers.values()].find((one) => one.instance === instance)
  return found !== undefined && issuesCredentials(found) ? found : undefined
}

type Read = { readonly kind: 'dead' } | { readonly kind: 'works' } | { readonly kind: 'fault'; readonly fault: Fault }

interface Order {
  readonly issuer: Issuer
  readonly receipt: Secret
  readonly isGivenBack: boolean
}

/** Whatever became of the order, a read says what is; only one that surely was not heard is not worth a read. */
async function isDeadNow(
  deps: SweeperDeps,
  claimed: ClaimedCredential,
  { issuer, receipt, isGivenBack }: Order,
): Promise<Read> {
  try {
    const withdrawn = await issuer.withdraw(receipt, { isGivenBack, signal: AbortSignal.timeout(DEADLINE_MS) })
    if (!withdrawn.ok && withdrawn.error.kind !== 'unknown') return { kind: 'fault', fault: withdrawn.error }
    const dead = await issuer.isDead(receipt, AbortSignal.timeout(DEADLINE_MS))
    if (!dead.ok) return { kind: 'fault', fault: dead.error }
    if (dead.value) return { kind: 'dead' }
    return withdrawn.ok ? { kind: 'works' } : { kind: 'fault', fault: withdrawn.error }
  } catch (error) {
    deps.log.error({ credential: claimed.id, instance: claimed.instance, error: errorOf(error) }, 'provider_threw')
    return { kind: 'fault', fault: { kind: 'unknown', detail: 'the call ended unexpectedly' } }
  }
}

async function settle(
  tx: Tx,
  deps: SweeperDeps,
  claimed: ClaimedCredential,
  { issuer, dead, isGivenBack }: { readonly issuer: Issuer; readonly dead: Read; readonly isGivenBack: boolean },
): Promise<void> {
  const grant = await tx.grants.lock(claimed.grantId)
  if (dead.kind === 'dead') return bury(tx, claimed, { isSeen: true })
  const fault = dead.kind === 'fault' ? dead.fault : undefined
  const error = fault === undefined ? `${issuer.vendor} still accepts it` : faultWords(fault, issuer.vendor)
  // The access ended while this was under way: what was not taken back for want of room has to go now.
  const isEnding = isGivenBack && grant?.state !== 'active'
  const delayMs = isEnding ? 0 : retryDelayMs(claimed.tries, deps.random(), retryAfterOf(fault))
  await tryAgain(tx, deps, claimed, { atMs: tx.now + delayMs, error })
}

/** The receipt goes with it. Whether the grant is over with it is looked at by the pass that this wakes. */
async function bury(tx: Tx, claimed: ClaimedCredential, { isSeen }: { readonly isSeen: boolean }): Promise<void> {
  const detail = { credential: claimed.id, is_seen_dead: isSeen, tries: claimed.tries + 1 }
  const event = { name: 'credential_withdrawn', actor: 'timer', subject: claimed.grantId, detail } as const
  if (await tx.credentials.over(claimed, isSeen ? 'dead' : 'expired', event)) await tx.nudge()
}

async function tryAgain(
  tx: Tx,
  { log }: SweeperDeps,
  claimed: ClaimedCredential,
  { atMs, error }: { readonly atMs: number; readonly error: string },
): Promise<void> {
  const tries = claimed.tries + 1
  await tx.credentials.release(claimed, { atMs, tries, error })
  log.warn({ credential: claimed.id, grant: claimed.grantId, tries, reason: error }, 'withdrawal_failed')
  await tx.requests.touch(claimed.grantId)
}

/**
 * Nobody here can take it back or read it. What remains is the end that the provider gave it: after that it counts as
 * dead, and the record says that nobody saw it.
 */
async function outOfReach(deps: SweeperDeps, claimed: ClaimedCredential, error: string): Promise<undefined> {
  await deps.store.transact(async (tx) => {
    await tx.grants.lock(claimed.grantId)
    const surelyDeadAt = claimed.worksUntil + CLOCK_MARGIN_MS
    if (surelyDeadAt <= tx.now) return bury(tx, claimed, { isSeen: false })
    await tryAgain(tx, deps, claimed, { atMs: Math.min(surelyDeadAt, tx.now + OUT_OF_REACH_RETRY_MS), error })
  })
}
