import type { Result } from '../core/result.ts'
import type { Entitlement } from '../core/role.ts'
import type { Secret } from '../core/secret.ts'
import type { Fault, Permission, Problem, Provider } from './provider.ts'

/**
 * An optional ability: makes secrets for the holder of a grant, and takes them back. None of its calls is repeated
 * inside, and each ends at its order's signal.
 */
export interface CredentialIssuer {
  /** How long a credential works at the longest, however short the grant: so long one of unknown outcome may. */
  readonly credentialSecondsMax: number
  /** What the permissions let a credential do; undefined where they ask for none. Asks nobody. */
  parseEntitlement(permissions: readonly Permission[]): Result<Entitlement | undefined, readonly Problem[]>
  /** `unknown`: one may have been made that nobody received. Every other fault: none was made. */
  issue(order: CredentialOrder): Promise<Result<Issued, Fault>>
  /** What does not work any more is withdrawn: that is no failure. */
  withdraw(receipt: Secret, signal: AbortSignal): Promise<Result<undefined, Fault>>
  /** By a read at the provider; never by what was ordered. */
  isDead(receipt: Secret, signal: AbortSignal): Promise<Result<boolean, Fault>>
}

export function issuesCredentials(provider: Provider): provider is Provider & CredentialIssuer {
  return 'parseEntitlement' in provider
}

export interface CredentialOrder {
  readonly grant: string
  /** Of the role's entitlement. */
  readonly scope: string
  /** The end of the grant, in ms: where the provider can end it by itself then, it does. */
  readonly endsAt: number
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
  /** For git over https, where it serves there. */
  readonly git?: { readonly host: string; readonly username: string; readonly password: Secret }
}
