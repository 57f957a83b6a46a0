import type { RequestId } from './ids.ts'
import type { Refusal as PolicyRefusal } from './policy.ts'
import type { RequestState } from './request-state.ts'

/** Every no that a person may see. `src/cards/error-card.ts` has the words for each. */
export type Refusal =
  | PolicyRefusal
  | LineRefusal
  | CredentialRefusal
  | DeviceRefusal
  | { readonly code: 'unknown_person'; readonly address: string | undefined }
  | { readonly code: 'account_refused'; readonly why: string }
  | { readonly code: 'second_account' }
  | { readonly code: 'directory_unavailable' }
  | { readonly code: 'configuration_superseded' }
  | { readonly code: 'shared_channel' }
  | { readonly code: 'too_many_lines'; readonly perMinute: number }
  | { readonly code: 'too_many_pending'; readonly most: number }
  | { readonly code: 'not_found'; readonly id: RequestId }
  | { readonly code: 'not_ours' }
  | { readonly code: 'own_request' }
  | { readonly code: 'not_approver' }
  | { readonly code: 'voted_already'; readonly value: 'yes' | 'no' }
  | {
      readonly code: 'decided_already'
      readonly state: RequestState
      readonly by: string | undefined
      readonly at: number
    }
  | { readonly code: 'role_changed'; readonly role: string }
  | { readonly code: 'requester_gone'; readonly why: string }
  | { readonly code: 'requester_not_eligible' }
  | { readonly code: 'reactions_off'; readonly id: RequestId }
  | { readonly code: 'not_requester'; readonly id: RequestId }
  | { readonly code: 'not_pending'; readonly id: RequestId; readonly state: RequestState }
  | { readonly code: 'nothing_to_end'; readonly id: RequestId }
  | { readonly code: 'may_not_end'; readonly id: RequestId }
  /** Of an extension: what it extends is over. */
  | { readonly code: 'access_over' }
  | { readonly code: 'provider_missing'; readonly provider: string }

export type LineRefusal =
  | { readonly code: 'unknown_word'; readonly word: string; readonly nearest: string | undefined }
  | { readonly code: 'role_missing' }
  | { readonly code: 'id_missing' | 'not_an_id'; readonly verb: string; readonly word: string }
  | { readonly code: 'not_a_duration' | 'duration_too_long'; readonly role: string; readonly word: string }
  | { readonly code: 'not_an_extension'; readonly id: RequestId; readonly word: string }
  | { readonly code: 'code_missing' | 'device_missing' }

/** Why a device of the holder got no credential. Times are in ms. */
export type CredentialRefusal =
  /** The right is on the person's own account. */
  | { readonly code: 'no_credential' }
  | { readonly code: 'not_active_yet' | 'access_ended'; readonly id: RequestId }
  | { readonly code: 'too_many_credentials'; readonly most: number; readonly nextAt: number }
  | { readonly code: 'delivered_already' }
  | { readonly code: 'credential_refused'; readonly vendor: string; readonly detail: string }
  /** `worksUntil`: one may have been made that nobody received. */
  | {
      readonly code: 'credential_unavailable'
      readonly vendor: string
      readonly retryAfterSeconds?: number
      readonly worksUntil?: number
    }

/** About logging a device in, and about what a device that is logged in may not. */
export type DeviceRefusal =
  /** Wrong, used, over, or somebody else's: whoever guesses learns nothing. */
  | { readonly code: 'code_unknown' }
  | { readonly code: 'too_many_codes'; readonly most: number }
  /** The card was answered before, is over, or was shown to another account. */
  | { readonly code: 'login_card_over' }
  | { readonly code: 'device_unknown'; readonly nearest: string | undefined }
  | { readonly code: 'device_may_not'; readonly verb: string }
