import type { AuditEvent } from '../core/audit.ts'
import type { Refusal } from '../core/codes.ts'
import type { RequestId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { CredentialForUse, Issued } from '../ports/credential-issuer.ts'
import type { Fault } from '../ports/provider.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { endOf, type Intended, ISSUE_WITHIN_MS, type Pull, SEND_WITHIN_MS, whyNotNow } from './intend-credential.ts'
import { loseCredential } from './lose-credential.ts'
import { aboutCredential } from './sealed-receipt.ts'

/** Secret: for the device that asked, and shown once. */
export interface PulledCredential extends CredentialForUse {
  readonly id: RequestId
  /** Which of the session's credentials it is. */
  readonly number: number
  /** When it stops working by itself, in ms; it is taken back at the end of the access before that. */
  readonly expiresAt: number
}

/** Makes what was intended, and hands it out if the access has not ended meanwhile. */
export async function issueCredential(
  deps: Deps,
  pull: Pull,
  intended: Intended,
): Promise<Result<PulledCredential, Refusal>> {
  const made = await make(deps, pull, intended)
  if (!made.ok) {
    await deps.store.transact((tx) => sayNotMade(tx, pull, intended, made.error))
    return fail(refusalOf(made.error, intended))
  }
  const refusal = await keep(deps, pull, intended, made.value)
  if (refusal !== undefined) return fail(refusal)
  const { credential, expiresAt } = made.value
  return ok({ ...credential, id: pull.id, number: intended.credential, expiresAt })
}

/** A provider that throws has a bug: what came of the call nobody knows. */
async function make(
  deps: Deps,
  { id, person }: Pull,
  { issuer, scope, endsAt, credential, watch }: Intended,
): Promise<Result<Issued, Fault>> {
  if (watch.elapsedMs() > SEND_WITHIN_MS) return fail(NOT_SENT)
  try {
    const about = { grant: id, number: credential, holder: person, scope, endsAt }
    return await issuer.issue({ ...about, signal: AbortSignal.timeout(ISSUE_WITHIN_MS) })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    deps.log.error({ credential, grant: id, error: why }, 'provider_threw')
    return fail({ kind: 'unknown', detail: 'the call ended unexpectedly' })
  }
}

/** Where it cannot be stored it is taken back with what is at hand, once: the row stays one of unknown outcome. */
async function keep(deps: Deps, pull: Pull, intended: Intended, issued: Issued): Promise<Refusal | undefined> {
  try {
    return await deps.store.transact((tx) => store(tx, deps, pull, { ...issued, intended }))
  } catch (error) {
    const order = { isGivenBack: false, signal: AbortSignal.timeout(ISSUE_WITHIN_MS) }
    await intended.issuer.withdraw(issued.receipt, order).catch(() => undefined)
    throw error
  }
}

/** Asked again, under the grant's lock: what came too late is due to be taken back, and is handed to nobody. */
async function store(
  tx: Tx,
  { sealing }: Deps,
  { id, person, device }: Pull,
  { receipt, expiresAt, intended }: Issued & { readonly intended: Intended },
): Promise<Refusal | undefined> {
  const grant = await tx.grants.lock(id)
  const request = await tx.requests.find(id)
  const row = await tx.credentials.lock(intended.credential)
  if (grant === undefined || request === undefined || row === undefined) throw new Error(`no credential ${id}`)
  const isWanted = row.state === 'intended' && endOf(tx, grant) !== undefined
  const detail = { credential: row.id, device, expires_at: expiresAt, is_handed_out: isWanted }
  const event: AuditEvent = { name: 'credential_issued', actor: person, subject: id, detail }
  const sealed = sealing.seal(receipt, aboutCredential(row))
  const dueAt = isWanted ? expiresAt : tx.now
  if (!(await tx.credentials.issued(row, { receipt: sealed, expiresAt, dueAt }, event)))
    throw new Error(`credential ${row.id} moved under its own lock`)
  await tx.nudge()
  if (isWanted) return undefined
  return endOf(tx, grant) === undefined ? whyNotNow(request, grant) : refusalOf(LATE, intended)
}

/** Nothing left this process, so none was made. */
const NOT_SENT: Fault = { kind: 'throttled', retryAfterSeconds: 1 }
const LATE: Fault = { kind: 'unknown', detail: 'the answer came too late' }

async function sayNotMade(tx: Tx, { id, person }: Pull, { credential, issuer }: Intended, fault: Fault): Promise<void> {
  const row = await tx.credentials.lock(credential)
  if (row?.state !== 'intended') return
  if (fault.kind === 'unknown') return loseCredential(tx, row, { actor: person, vendor: issuer.vendor })
  const detail = { credential, outcome: 'refused', why: fault.kind }
  await tx.credentials.notIssued(row, 'refused', { name: 'credential_not_issued', actor: person, subject: id, detail })
}

function refusalOf(fault: Fault, { issuer, worksUntil }: Intended): Refusal {
  const { vendor } = issuer
  if (fault.kind === 'refused') return { code: 'credential_refused', vendor, detail: fault.detail }
  const base = { code: 'credential_unavailable', vendor } as const
  if (fault.kind === 'throttled') return { ...base, retryAfterSeconds: fault.retryAfterSeconds }
  return fault.kind === 'unknown' ? { ...base, worksUntil } : base
}
