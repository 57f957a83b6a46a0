import type { PeopleList, Scopes } from './person.ts'
import type { Target } from './target.ts'

/** What can be asked for at one provider: `github:org-admin`. */
export interface Role {
  readonly key: string
  readonly provider: string
  readonly providerName: string
  readonly name: string
  readonly description: string
  readonly isEnabled: boolean
  readonly targets: readonly Target[]
  /** What its holder's credentials may do; undefined where the right is on the person's own account. */
  readonly entitlement?: Entitlement | undefined
  /** It gives credentials alone, and they are for whoever holds it: nobody needs an account at the provider. */
  readonly needsNoAccount?: true | undefined
  readonly scopes: Scopes
  /** `undefined`: `approval: none`, the request is approved by asking. */
  readonly workflow: Workflow | undefined
  readonly maxDurationSeconds: number
  readonly minDurationSeconds: number
  readonly defaultDurationSeconds: number
  readonly reason: { readonly isRequired: boolean; readonly pattern: string }
  /** Of everything above that decides: another hash under a pending request means "ask again". */
  readonly hash: string
}

export interface Entitlement {
  /** As the provider wrote it down for itself: nobody else reads it. */
  readonly scope: string
  /** For people: `contents read on web`. */
  readonly words: string
}

export interface Workflow {
  readonly key: string
  readonly name: string
  /** `slack:C0ACCESS`: platform and conversation of the card. */
  readonly channel: string
  readonly pendingSeconds: number
  readonly takesReactions: boolean
  readonly notify: 'mention' | 'direct' | 'none'
  readonly stages: readonly Stage[]
}

export interface Stage {
  readonly approvers: PeopleList
  readonly quorum: number
}
