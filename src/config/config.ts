import type { Settings } from '../core/settings.ts'
import type { Provider, ProviderDeps, ProviderEngine } from '../ports/provider.ts'
import type { Mapping } from './read-document.ts'

/** Everything that `thand.yaml` says, checked. */
export interface Config extends Settings {
  readonly version: '1.0'
  readonly identity: Settings['identity'] & {
    /** Home workspace `T…`, or enterprise `E…`. */
    readonly slack?: { readonly team: string }
    readonly teams?: { readonly tenant: string }
  }
  readonly limits: Settings['limits'] & {
    readonly minDurationSeconds: number
    readonly maxDurationSeconds: number
  }
  readonly providers: readonly ConfiguredProvider[]
  /** What roles allow that is hardly meant. */
  readonly cautions: readonly RoleCaution[]
  /** As written, secrets as their references: what `hash` is of. */
  readonly document: Mapping
}

export interface RoleCaution {
  /** `aws:admin` */
  readonly role: string
  /** A sentence that goes on after the name of the role. */
  readonly words: string
  /** `thand.yaml:12:7` */
  readonly place: string
}

export interface ConfiguredProvider {
  readonly key: string
  readonly entry: string
  readonly engine: string
  readonly name: string
  /** What the engine made of its part; may hold `Secret`s. */
  readonly config: unknown
  open(deps: ProviderDeps): Provider
}

/** An engine whose own kind of configuration only itself knows: what its `parseConfig` gave goes back into its `open`. */
export type AnyEngine = ProviderEngine<unknown>
