import type { AuditEvent } from '../../core/audit.ts'
import type { GrantState } from '../../core/grant-state.ts'
import type { PersonId, RequestId } from '../../core/ids.ts'
import type { HoldingState } from '../../core/protocol/facts.ts'
import type { Subject, Target } from '../../core/target.ts'

export type EndedHow = 'expired' | 'ended_early' | 'failed' | 'never_began'

/** Why access was not given, as a code and what the vendor said. */
export interface Failure {
  readonly code: string
  readonly detail: string
}

export interface StoredGrant {
  readonly id: RequestId
  readonly state: GrantState
  readonly person: PersonId
  readonly providerKey: string
  readonly instance: string
  readonly subjectId: string | undefined
  readonly durationSeconds: number
  readonly plannedAt: number
  readonly beganAt: number | undefined
  readonly startedAt: number | undefined
  readonly expiresAt: number | undefined
  /** When its revoke was due. */
  readonly endDueAt: number | undefined
  readonly endedHow: EndedHow | undefined
  readonly endedBy: string | undefined
  readonly failure: Failure | undefined
  readonly revokedAt: number | undefined
  readonly overdueSince: number | undefined
  /** For a person, such as one who has an invitation to accept. */
  readonly isWaiting: boolean
  readonly attempts: number
  readonly lastError: string | undefined
  /** How long what was opened with it may go on after its end. */
  readonly lingerSeconds: number
}

/** What a card says of one slot of a grant. */
export interface HeldSlot {
  readonly slot: string
  readonly level: string
  readonly state: HoldingState
  readonly isReached: boolean
  readonly prior: string | undefined
  readonly priorIsInvitation: boolean
  readonly seen: string | undefined
  readonly login: string
  readonly tries: number
  readonly lastError: string | undefined
  readonly nextTryAt: number | undefined
}

/** Names of the day, by the slot of the target. */
export type HoldersByTarget = Readonly<Record<string, readonly string[]>>

export interface ToCompare {
  readonly id: RequestId
  readonly providerKey: string
  readonly instance: string
  readonly before: HoldersByTarget
}

export interface Grants {
  plan(
    grant: Pick<StoredGrant, 'id' | 'person' | 'providerKey' | 'instance' | 'durationSeconds'>,
    event: AuditEvent,
  ): Promise<void>
  find(id: RequestId): Promise<StoredGrant | undefined>
  lock(id: RequestId): Promise<StoredGrant | undefined>
  /**
   * Compare-and-set with its event; the request gets a new revision. To `revoking`: slots with something to undo become due,
   * and lines of it that offered something to press offer nothing any more.
   */
  move(move: GrantMove, event: AuditEvent): Promise<boolean>
  /**
   * The end moves later while the grant is active and its end has not come, never beyond `mostSeconds` from its start; the
   * warning is due anew. With its event. False when it may not move: nothing was written.
   */
  extend(
    longer: { readonly id: RequestId; readonly until: number; readonly mostSeconds: number },
    event: AuditEvent,
  ): Promise<boolean>
  held(id: RequestId): Promise<readonly HeldSlot[]>
  /** Planned ones that have no slots yet and are due for a try; locked, skipping what others hold. Counts a try. */
  claimToPrepare(limit: number, nextTryAt: (tries: number) => number): Promise<readonly StoredGrant[]>
  /** The subject is known: pins it, makes the slots and the holdings, due at once. */
  prepare(id: RequestId, subject: Subject, targets: readonly Target[], event: AuditEvent): Promise<void>
  /** The clock of one that has no slot starts now. */
  startClock(id: RequestId): Promise<void>
  /** For how long what was opened with it may go on after its end. */
  setLinger(id: RequestId, seconds: number): Promise<void>
  /** Who held the privileges of its targets before they are given. */
  setHolders(id: RequestId, holders: HoldersByTarget): Promise<void>
  /** Revoked ones whose holders are not compared yet; each is given again after `retryMs`. */
  claimToCompare(limit: number, retryMs: number): Promise<readonly ToCompare[]>
  compared(id: RequestId, event: AuditEvent): Promise<void>
  setError(id: RequestId, error: string): Promise<void>
  /** Active or granting whose end has come, or whose 15 minutes of trying are over; planned that did not begin. Locked. */
  claimDue(limit: number, giveUpMs: number): Promise<readonly StoredGrant[]>
  /** Revoking ones of which nothing is left: no holding is open, and no credential may still work. Locked. */
  claimToClose(limit: number): Promise<readonly StoredGrant[]>
  /** Revoking for longer than this after it was due, and above what is wanted: each is given once. */
  claimOverdue(limit: number, afterMs: number): Promise<readonly StoredGrant[]>
  /** Active ones whose end is near: each is given once. */
  claimToWarn(limit: number): Promise<readonly StoredGrant[]>
  openOf(person: PersonId): Promise<readonly StoredGrant[]>
  /** Not yet revoked, of instances that nothing here can reach any more. */
  unreachable(instances: readonly string[]): Promise<readonly StoredGrant[]>
}

export interface GrantMove {
  readonly id: RequestId
  readonly from: GrantState
  readonly to: GrantState
  readonly endedHow?: EndedHow
  readonly endedBy?: string
  readonly failure?: Failure
}
