import type { GrantState } from '../../core/grant-state.ts'

/** How much there is to do at the moment, of all replicas together. */
export interface Figures {
  /** Those that are not over. */
  readonly grants: Readonly<Record<Exclude<GrantState, 'revoked'>, number>>
  readonly overdue: number
  /** How long ago the oldest revoke that is not verified yet was due; 0 where there is none. */
  readonly oldestRevokeMs: number
  readonly outbox: {
    /** Messages that show something older than what is. */
    readonly waiting: number
    /** Of those, tried at least once since they were last delivered. */
    readonly failing: number
    /** How long the oldest of them has been waiting; a card that stands already counts from when it was due. */
    readonly oldestMs: number
  }
}
