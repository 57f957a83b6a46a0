import type { Refusal } from '../core/codes.ts'
import type { PersonId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Result } from '../core/result.ts'
import type { AccountFacts, AccountRef } from './chat.ts'

/** Who is behind an account. Never by a name, never by channel membership. */
export interface Directory {
  /** The one person whose account this is, bound by this contact if need be. Facts are at most 10 s old. */
  identify(account: AccountRef): Promise<Result<Person, Refusal>>
  /** The account of a person on a platform, for mentions and direct messages: binds nothing. */
  accountOf(person: PersonId, platform: string): Promise<string | undefined>
  /** Whether the platforms vouch for every account of a person still. Facts are at most 10 s old. */
  standingOf(person: PersonId): Promise<Standing>
  /** Whose account it is known to be: asks no platform, binds nothing. */
  ownerOf(account: AccountRef): Promise<PersonId | undefined>
}

/** `gone` is a clear answer and ends access. `unsure`, as when a lookup failed, ends nothing and permits nothing new. */
export type Standing =
  | { readonly kind: 'here' }
  | { readonly kind: 'gone'; readonly why: WhyGone }
  | { readonly kind: 'unsure' }

/** `not_known`: not in the configuration any more. */
export type WhyGone = 'not_known' | Extract<AccountFacts, { kind: 'refused' }>['why']
