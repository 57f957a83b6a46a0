import type { Refusal } from '../core/codes.ts'
import type { PersonId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Result } from '../core/result.ts'
import type { AccountRef } from './chat.ts'

/** Who is behind an account. Never by a name, never by channel membership. */
export interface Directory {
  /** The one person whose account this is, bound by this contact if need be. Facts are at most 10 s old. */
  identify(account: AccountRef): Promise<Result<Person, Refusal>>
  /** The account of a person on a platform, for mentions and direct messages: binds nothing. */
  accountOf(person: PersonId, platform: string): Promise<string | undefined>
}
