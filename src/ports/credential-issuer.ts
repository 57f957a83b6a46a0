import type { Result } from '../core/result.ts'
import type { Entitlement } from '../core/role.ts'
import type { Secret } from '../core/secret.ts'
import type { Fault, Permissions, Problem, Provider } from './provider.ts'

/**
 * An optional ability: makes secrets for the holder of a grant, and takes them back. None of its calls is repeated
 * inside, and each ends at its order's signal.
 */
export interface CredentialIssuer {
  /** How long a credential works at the longest, however short the grant: so long one of unknown outcome may. */
  readonly credentialSecondsMax: number
  /** The provider ends it by itself with the grant, on the second: so long at the longest one of unknown outcome works. */
  readonly endsWithGrant: boolean
  /** Its credentials are for whoever holds the grant: nobody needs an account there. */
  readonly needsNoAccount: boolean
  /** What the permissions let a credential do; undefined where they ask for none. Asks nobody. */
  parseEntitlement(permissions: Permissions): Result<Entitlement | undefined, readonly Problem[]>
  /** `unknown`: one may have been made that nobody received. Every other fault: none was made. */
  issue(order: CredentialOrder): Promise<Result<Issued, Fault>>
  /** What does not work any more is withdrawn: that is no failure. `refused`: not now, for a reason that lies with this one alone. */
  withdraw(receipt: Secret, order: Withdrawal): Promise<Result<undefined, Fault>>
  /** By a read at the provider; never by what was ordered. */
  isDead(receipt: Secret, signal: AbortSignal): Promise<Result<boolean, Fault>>
}

export function issuesCredentials(provider: Provider): provider is Provider & CredentialIssuer {
  return 'parseEntitlement' in provider
}

export interface CredentialOrder {
  readonly grant: string
  /** Which of the grant's credentials: no two have the same, ever. */
  readonly number: number
  /** Who holds the grant: the person's id, for the provider's own records. */
  readonly holder: string
  /** Of the role's entitlement. */
  readonly scope: string
  /** The end of the grant, in ms: where the provider can end it by itself then, it does. */
  readonly endsAt: number
  readonly signal: AbortSignal
}

export interface Withdrawal {
  /** Its holder gave it back and the access goes on: such a one takes no room that the end of an access may need. */
  readonly isGivenBack: boolean
  readonly signal: AbortSignal
}

export interface Issued {
  readonly credential: CredentialForUse
  /** What withdrawing it needs: a secret as well. */
  readonly receipt: Secret
  /** When it stops working by itself, in ms. */
  readonly expiresAt: number
}

/** What its holder works with. */
export interface CredentialForUse {
  /** For a child process, by the name of the variable. */
  readonly environment: Readonly<Record<string, Secret>>
  /** Where a browser can be signed in with it. */
  readonly console?: { readonly federation: string; readonly destination: string }
  /** For git over https, where it serves there. */
  readonly git?: { readonly host: string; readonly username: string; readonly password: Secret }
}
