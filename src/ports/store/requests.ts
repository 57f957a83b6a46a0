import type { AuditEvent } from '../../core/audit.ts'
import type { PersonId, RequestId } from '../../core/ids.ts'
import type { RequestState } from '../../core/request-state.ts'
import type { Role } from '../../core/role.ts'
import type { Vote } from '../../core/tally.ts'

export interface StoredRequest {
  readonly id: RequestId
  readonly state: RequestState
  /** Grows with everything that a card shows. */
  readonly revision: number
  readonly requester: PersonId
  /** The role as it was when it was asked for. */
  readonly role: Role
  readonly reason: string
  readonly durationSeconds: number
  readonly platform: string
  readonly askedAt: number
  readonly lapsesAt: number
  readonly decidedAt: number | undefined
  readonly decidedBy: PersonId | undefined
  /** The comment of who denied, or why it lapsed. */
  readonly decision: string | undefined
  /** It asks for no grant of its own, but for more time in one that is there. */
  readonly extension?: Extension
}

export interface Extension {
  readonly grant: RequestId
  /** The end that is asked for, and that people vote on: it does not move with the time of the decision. */
  readonly until: number
}

export interface StoredVote extends Vote {
  readonly comment: string
  readonly platform: string
  readonly account: string
  readonly delivery: string
  readonly cardRevision: number
  readonly reactedAt: number | undefined
  readonly votedAt: number
}

export interface Requests {
  insert(
    request: Omit<StoredRequest, 'state' | 'revision' | 'decidedAt' | 'decidedBy' | 'decision'>,
    event: AuditEvent,
  ): Promise<void>
  find(id: RequestId): Promise<StoredRequest | undefined>
  /** Locks the row to the end of the transaction. */
  lock(id: RequestId): Promise<StoredRequest | undefined>
  /** Compare-and-set with its event; also a new revision. False when the state was another: nothing was written. */
  move(move: RequestMove, event: AuditEvent): Promise<boolean>
  /** Something that cards show has changed: a new revision, and every card of it is due. */
  touch(id: RequestId): Promise<void>
  ofPerson(person: PersonId, limit: number): Promise<readonly StoredRequest[]>
  pending(): Promise<readonly StoredRequest[]>
  /** Those that ask for more time in this grant, oldest first. */
  extensionsOf(grant: RequestId): Promise<readonly StoredRequest[]>
  /** Pending whose time is over, or whose grant is active no more. Locked, skipping what others hold. */
  claimLapsed(limit: number): Promise<readonly StoredRequest[]>
  /** Pending ones at half of their time; each is given once. */
  claimReminders(limit: number): Promise<readonly StoredRequest[]>
  votes(id: RequestId): Promise<readonly StoredVote[]>
  /** One row a person and request: the newest vote is the vote. */
  putVote(id: RequestId, vote: Omit<StoredVote, 'votedAt'>, event: AuditEvent): Promise<void>
}

export interface RequestMove {
  readonly id: RequestId
  readonly from: RequestState
  readonly to: RequestState
  readonly by?: PersonId
  readonly decision?: string
}
