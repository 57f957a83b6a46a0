import type { Levels } from '../core/level.ts'
import type { Result } from '../core/result.ts'
import type { NativeEnd, Slot, Subject, Target } from '../core/target.ts'
import type { Logger } from './log.ts'

/** A kind of provider, such as `github`. `Config` is what its part of the configuration became. */
export interface ProviderEngine<Config> {
  readonly name: string
  /** All problems at once; `path` points into the provider's `config`. */
  parseConfig(raw: unknown): Result<Config, readonly Problem[]>
  open(key: string, config: Config, deps: ProviderDeps): Provider
}

export interface Problem {
  readonly path: readonly (string | number)[]
  readonly expected: string
  readonly suggestion?: string
}

/** An optional ability of an engine: one entry of the configuration may stand for several providers, each an instance. */
export interface Spreading {
  /** Of the entry's `config` as it is written, references and all. Undefined where it is one provider. */
  spread(raw: unknown): Result<readonly Part[], readonly Problem[]> | undefined
}

export interface Part {
  /** Goes after the entry's key: `prod` of `aws` is `aws-prod`. */
  readonly name: string
  /** The `config` of this provider alone. */
  readonly raw: unknown
  /** Where in the entry's `config` it is written: what is wrong with it and stands nowhere else is shown there. */
  readonly at: Problem['path']
}

export function spreads<Engine extends object>(engine: Engine): engine is Engine & Spreading {
  return 'spread' in engine
}

export interface ProviderDeps {
  readonly log: Logger
}

/** What a role allows and what it takes out of that. A problem's path points into it. */
export interface Permissions {
  readonly allow: readonly Permission[]
  readonly deny: readonly Permission[]
}

export interface Permission {
  readonly operations: readonly string[]
  readonly targets: readonly string[]
  /** `{ StringEquals: { "aws:RequestedRegion": [eu-west-1] } }`, where the provider knows such. */
  readonly conditions?: Conditions | undefined
}

export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** One system in which access is given. None of its calls is repeated inside: there is one retry policy, the sweeper's. */
export interface Provider {
  /** Lasting identity: engine, endpoint, organisation. Pinned on every grant. */
  readonly instance: string
  /** What people read: `GitHub`. */
  readonly vendor: string
  /** How long after our deadline a call may still land, and how old a read may be. */
  readonly timing: { readonly settleMs: number; readonly readLagMs: number }
  /** How many slots a replica may work on at once while it is answered well: each is one call at a time. */
  readonly mostAtOnce: number
  parseTargets(permissions: Permissions): Result<readonly Target[], readonly Problem[]>
  levels(slotName: string): Levels
  /** What the provider ends by itself at the end that a raise of this slot tells it, said honestly: the card says it. */
  expiryOf(slotName: string): NativeEnd
  /** What people call a level of this slot: `owner` for `admin`. */
  levelName(slotName: string, level: string): string
  /** By today's login, or by the immutable id that was pinned. */
  resolveSubject(account: { readonly login: string; readonly id?: string }): Promise<Result<Subject, Fault>>
  observe(slot: Slot): Promise<Result<Observation, Fault>>
  raise(slot: Slot, to: string, order: GrantOrder): Promise<Result<Receipt | undefined, Fault>>
  lower(slot: Slot, to: string, order: GrantOrder): Promise<Result<undefined, Fault>>
}

/** An optional ability: who holds a privilege whose holder can change others, to tell what changed while it was held. */
export interface HolderList {
  /** Undefined where the target gives no such privilege. Names of the day, sorted. */
  holdersOf(target: Target): Promise<Result<readonly string[], Fault>> | undefined
}

/** An optional ability: what a role asks for is allowed, and hardly meant. Paths as those of problems. */
export interface Cautious {
  cautionsOn(permissions: Permissions): readonly Caution[]
}

export interface Caution {
  readonly path: Problem['path']
  /** A sentence that goes on after the name of the role: `allows everything in the account`. */
  readonly words: string
}

export function isCautious(provider: Provider): provider is Provider & Cautious {
  return 'cautionsOn' in provider
}

/** An optional ability: what was opened with a target goes on for a while after the target was taken away. */
export interface Lingering {
  /** For how long at the longest. Undefined where nothing of the target does. */
  lingerSecondsOf(target: Target): Promise<Result<number, Fault>> | undefined
}

export function lingers(provider: Provider): provider is Provider & Lingering {
  return 'lingerSecondsOf' in provider
}

/** An optional ability: removes what it left at the provider by itself once that can have no effect any more. */
export interface Housekeeping {
  /**
   * How much was removed. Safe to repeat, and from several processes at once. `scopes` are those of all entitlements that the
   * configuration has now.
   */
  tidy(scopes: readonly string[], signal: AbortSignal): Promise<Result<number, Fault>>
}

export function keepsHouse(provider: Provider): provider is Provider & Housekeeping {
  return 'tidy' in provider
}

export function listsHolders(provider: Provider): provider is Provider & HolderList {
  return 'holdersOf' in provider
}

export interface GrantOrder {
  readonly grant: string
  /** The level that the read just before showed, and whether it was an invitation. */
  readonly seen: Observation
  /** Of the target, where the provider wrote one down. */
  readonly scope?: string | undefined
  /** The end of the grant, in ms: where the provider can end it by itself then, it does. */
  readonly endsAt?: number | undefined
  /** Aborts at the call's deadline. */
  readonly signal: AbortSignal
}

/** What a later `lower` needs beside its slot. */
export type Receipt = string

export type Observation =
  | { readonly kind: 'at'; readonly level: string }
  /** An open invitation: counts as the level that it invites to. */
  | { readonly kind: 'invited'; readonly level: string }

/**
 * Why there is no answer. `refused` is the provider's final no (for a lowering it is tried on all the same);
 * `unseen` and `unauthorized` mean that our own credential broke; `unknown` that the call may have been applied.
 */
export type Fault =
  | { readonly kind: 'refused'; readonly code: ProviderRefusal; readonly detail: string }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'unauthorized'; readonly detail: string }
  | { readonly kind: 'unseen'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string }

export type ProviderRefusal =
  | 'subject_unknown'
  | 'subject_changed'
  | 'subject_is_ours'
  | 'not_in_organisation'
  | 'synced_elsewhere'
  | 'last_holder'
  | 'target_unknown'
  | 'invalid'
