import type { AuditEvent } from '../../core/audit.ts'
import type { RequestId } from '../../core/ids.ts'
import type { Sealed } from '../sealing.ts'
import type { SlotsWanted } from './slots.ts'

/**
 * `intended`: about to be made, nobody has it yet · `issued`: made, its receipt is kept · `unknown`: it may have been
 * made, and nobody received it · `refused`: it was not made · `dead`: a read showed
 * that it does not work · `expired`: its own end is over, and nobody could look.
 */
export type CredentialState = 'intended' | 'issued' | 'unknown' | 'refused' | 'dead' | 'expired'

export interface StoredCredential {
  readonly id: number
  readonly grantId: RequestId
  readonly state: CredentialState
  /** The latest moment at which it can work, if nobody takes it back before. */
  readonly worksUntil: number
  readonly tries: number
  readonly lastError: string | undefined
  readonly nextTryAt: number | undefined
}

export interface ClaimedCredential extends StoredCredential {
  readonly epoch: number
  readonly providerKey: string
  readonly instance: string
  readonly receipt: Sealed | undefined
}

export interface CredentialIntent {
  readonly grantId: RequestId
  readonly providerKey: string
  readonly instance: string
  readonly device: string
  readonly worksUntil: number
  /** Whoever asks knows by then what became of it; later nobody ever will. */
  readonly answerBy: number
}

/** Every move is compare-and-set with its event, and a new revision of the request. */
export interface Credentials {
  /** The intent, before anything is sent: its id. */
  intend(intent: CredentialIntent, eventOf: (id: number) => AuditEvent): Promise<number>
  ofGrant(id: RequestId): Promise<readonly StoredCredential[]>
  lock(id: number): Promise<StoredCredential | undefined>
  /** From `intended`, or from `unknown` when the answer came late. It is taken back at `dueAt`. */
  issued(
    credential: StoredCredential,
    answer: { readonly receipt: Sealed; readonly expiresAt: number; readonly dueAt: number },
    event: AuditEvent,
  ): Promise<boolean>
  /** Of one that is `issued`: its holder needs it no more, so it is due to be taken back. */
  returned(credential: StoredCredential, event: AuditEvent): Promise<boolean>
  /** From `intended`. */
  notIssued(credential: StoredCredential, to: 'refused' | 'unknown', event: AuditEvent): Promise<boolean>
  /** Of those of which nobody will say any more what became of them; locked. */
  claimUnanswered(limit: number): Promise<readonly StoredCredential[]>
  /** Due to be taken back, and nobody alive is at it. */
  claim(wanted: SlotsWanted): Promise<readonly ClaimedCredential[]>
  /** From `issued`: the receipt is erased. False when the claim is not ours any more. */
  over(claimed: ClaimedCredential, to: 'dead' | 'expired', event: AuditEvent): Promise<boolean>
  release(
    claimed: ClaimedCredential,
    next: { readonly atMs: number; readonly tries: number; readonly error: string | undefined },
  ): Promise<void>
  /** All that wait for this instance are due now: it answers again. */
  hurry(instance: string): Promise<void>
}
