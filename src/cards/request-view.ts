import type { GrantState } from '../core/grant-state.ts'
import type { PersonId, RequestId } from '../core/ids.ts'
import type { RequestState } from '../core/request-state.ts'
import type { NativeEnd } from '../core/target.ts'

/** All that a card of one request shows, in words of people: names, and levels as they call them. */
export interface RequestView {
  readonly id: RequestId
  readonly state: RequestState
  readonly requester: { readonly id: PersonId; readonly name: string }
  readonly roleKey: string
  readonly roleName: string
  readonly providerName: string
  readonly vendor: string
  readonly durationSeconds: number
  readonly reason: string
  readonly askedAt: number
  readonly lapsesAt: number
  readonly decided: { readonly by: string | undefined; readonly at: number; readonly comment: string } | undefined
  /** What its credentials may do; undefined where the right is on the person's own account. */
  readonly entitlement: string | undefined
  readonly votes: readonly { readonly name: string; readonly at: number }[]
  readonly votesNeeded: number
  /** Those who may still decide. */
  readonly deciders: readonly { readonly id: PersonId; readonly name: string }[]
  readonly takesReactions: boolean
  readonly grant: GrantView | undefined
  /** It asks for more time in access that is there: which, and until when. */
  readonly extension: { readonly of: RequestId; readonly until: number } | undefined
}

export interface GrantView {
  readonly state: GrantState
  readonly startedAt: number | undefined
  readonly expiresAt: number | undefined
  readonly endDueAt: number | undefined
  readonly revokedAt: number | undefined
  readonly endedHow: 'expired' | 'ended_early' | 'failed' | 'never_began' | undefined
  readonly endedBy: string | undefined
  readonly failure: { readonly code: string; readonly detail: string; readonly account: string } | undefined
  readonly isOverdue: boolean
  readonly tries: number
  readonly lastError: string | undefined
  readonly nextTryAt: number | undefined
  readonly slots: readonly SlotView[]
  /** How much longer its role lets it last; 0 where that is too little to ask for. */
  readonly leftSeconds: number
  readonly credentials: CredentialsView
  /** How long what was opened with it may go on after its end; 0 where nothing does. */
  readonly lingerSeconds: number
}

export interface CredentialsView {
  /** The vendor ends each of them at the end of the grant. */
  readonly endThemselves: boolean
  readonly made: number
  /** Not seen dead yet. */
  readonly live: number
  /** Until when one may work that nobody received, if there may be one. */
  readonly unknownUntil: number | undefined
  /** Over by their own end, and nobody could look. */
  readonly expired: number
}

export interface SlotView {
  readonly wanted: string
  /** Undefined until a read showed it. */
  readonly prior: string | undefined
  readonly seen: string | undefined
  readonly account: string
  /** Undefined where the provider is gone. */
  readonly nativeEnd: NativeEnd | undefined
  /** The level was there before: nothing is written, nothing will be taken. */
  readonly isStanding: boolean
  readonly isInvited: boolean
  /** What the person can do about it: below wanted, gone, or at it. */
  readonly isBack: boolean
}
