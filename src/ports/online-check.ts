import type { Target } from '../core/target.ts'

/**
 * What a look at the real systems found, for whoever runs the server. Names what the configuration names, never a secret.
 * `unsure`: it could not be asked now. `unchecked`: nobody can ask it from here.
 */
export type Finding =
  | { readonly kind: 'fine' | 'unchecked'; readonly what: string }
  | { readonly kind: 'wrong' | 'unsure' | 'note'; readonly what: string; readonly mend: string }

/** An optional ability of providers: whether what the roles and the people of the configuration name is there. Changes nothing. */
export interface ProviderOnlineCheck {
  checkOnline(expected: ExpectedAtProvider): AsyncIterable<Finding>
}

export interface ExpectedAtProvider {
  /** Of all roles. */
  readonly targets: readonly Target[]
  /** Of all entitlements of roles. */
  readonly scopes: readonly string[]
  readonly accounts: readonly ExpectedAccount[]
}

export interface ExpectedAccount {
  /** The person, as the configuration names them. */
  readonly person: string
  readonly login: string
  readonly id?: string
}

/** The same for a chat platform. */
export interface PlatformOnlineCheck {
  checkOnline(expected: ExpectedOnPlatform): AsyncIterable<Finding>
}

export interface ExpectedOnPlatform {
  /** The home workspace, enterprise or tenant. */
  readonly home: string
  readonly channels: readonly { readonly channel: string; readonly workflow: string }[]
  /** `account` where the configuration fixes it; else the address counts. */
  readonly people: readonly { readonly person: string; readonly account: string | undefined }[]
}

export function checksOnline<T extends object>(one: T): one is T & ProviderOnlineCheck {
  return 'checkOnline' in one
}
