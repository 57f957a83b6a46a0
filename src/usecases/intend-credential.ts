import type { Refusal } from '../core/codes.ts'
import type { PersonId, RequestId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { type CredentialIssuer, issuesCredentials } from '../ports/credential-issuer.ts'
import type { Provider } from '../ports/provider.ts'
import type { StoredCredential } from '../ports/store/credentials.ts'
import type { StoredGrant } from '../ports/store/grants.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { Stopwatch } from './stopwatch.ts'

export interface Pull {
  readonly person: PersonId
  /** Which of the person's devices asks. */
  readonly device: string
  readonly id: RequestId
  /** The same one twice has one effect. */
  readonly deliveryId: string
}

const LIVE_MAX = 5
export const ISSUE_WITHIN_MS = 10_000
/** A process that was stopped after its intent asks for nothing any more: it would work longer than its row says. */
export const SEND_WITHIN_MS = 5_000
/** What storing an answer may take: whoever has not stored it by then has not handed it out either. */
const STORE_WITHIN_MS = 5_000
const DELIVERY_KEPT_SECONDS = 15 * 60

export interface Intended {
  readonly credential: number
  readonly issuer: Provider & CredentialIssuer
  readonly scope: string
  readonly endsAt: number
  readonly worksUntil: number
  /** Since the transaction of the intent began. */
  readonly watch: Stopwatch
}

/**
 * The row that is there before anything is made (grant protocol, rule 14): only for the holder of a grant that is active
 * now. Pulls of one grant wait for each other at its lock, so that they are counted.
 */
export async function intendCredential(tx: Tx, deps: Deps, pull: Pull): Promise<Result<Intended, Refusal>> {
  const { id, person, device, deliveryId } = pull
  if (!(await tx.takeDelivery(`credential:${deliveryId}`, DELIVERY_KEPT_SECONDS)))
    return fail({ code: 'delivered_already' })
  const request = await tx.requests.find(id)
  if (request === undefined || request.requester !== person) return fail({ code: 'not_found', id })
  const { entitlement } = request.role
  if (entitlement === undefined) return fail({ code: 'no_credential' })
  if ((await tx.loadedLast()) !== deps.settings.hash) return fail({ code: 'configuration_superseded' })
  const grant = await tx.grants.lock(id)
  const endsAt = grant === undefined ? undefined : endOf(tx, grant)
  if (grant === undefined || endsAt === undefined) return fail(whyNotNow(request, grant))
  const issuer = deps.providers.get(grant.providerKey)
  if (issuer?.instance !== grant.instance || !issuesCredentials(issuer))
    return fail({ code: 'provider_missing', provider: request.role.providerName })
  const live = (await tx.credentials.ofGrant(id)).filter((each) => mayWork(tx, each))
  if (live.length >= LIVE_MAX) return fail({ code: 'too_many_credentials', most: LIVE_MAX, nextAt: firstEnd(live) })
  const watch = new Stopwatch(tx.now)
  const answered = tx.now + SEND_WITHIN_MS + ISSUE_WITHIN_MS
  const longest = answered + issuer.timing.settleMs + issuer.credentialSecondsMax * 1000
  const worksUntil = issuer.endsWithGrant ? Math.min(endsAt, longest) : longest
  const { providerKey, instance } = grant
  const credential = await tx.credentials.intend(
    { grantId: id, providerKey, instance, device, worksUntil, answerBy: answered + STORE_WITHIN_MS },
    (credential) => {
      const detail = { credential, device, instance, scope: entitlement.scope, works_until: worksUntil }
      return { name: 'credential_intended', actor: person, subject: id, detail }
    },
  )
  return ok({ credential, issuer, scope: entitlement.scope, endsAt, worksUntil, watch })
}

/** The end of one that is active now; undefined of every other. */
export function endOf({ now }: Tx, { state, expiresAt }: StoredGrant): number | undefined {
  return state === 'active' && expiresAt !== undefined && expiresAt > now ? expiresAt : undefined
}

export function whyNotNow({ id, state }: StoredRequest, grant: StoredGrant | undefined): Refusal {
  const isToCome = grant === undefined ? state === 'pending' : grant.state === 'planned' || grant.state === 'granting'
  return isToCome ? { code: 'not_active_yet', id } : { code: 'access_ended', id }
}

function mayWork({ now }: Tx, { state, worksUntil }: StoredCredential): boolean {
  return state === 'intended' || (worksUntil > now && (state === 'issued' || state === 'unknown'))
}

function firstEnd(live: readonly StoredCredential[]): number {
  return Math.min(...live.map((each) => each.worksUntil))
}
