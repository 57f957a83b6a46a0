import { setTimeout as pause } from 'node:timers/promises'
import { fail, ok, type Result } from '../core/result.ts'
import type { Logger } from '../ports/log.ts'
import type { Provider } from '../ports/provider.ts'
import type { Store } from '../ports/store/store.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Config, ConfiguredProvider } from './config.ts'
import { recordConfiguration } from './record-configuration.ts'

/** What holds at one moment: settings, and the providers that were opened by them. */
export interface InForce {
  readonly settings: Config
  readonly providers: ReadonlyMap<string, Provider>
}

export interface LiveOptions {
  readonly store: Store
  readonly log: Logger
  readonly open: (provider: ConfiguredProvider) => Provider
}

/** A home is where a platform was opened: another one needs a new process. */
export type NeedsRestart = { readonly code: 'needs_restart'; readonly key: 'identity' }

/** How long a new configuration waits for what was begun by the old one. */
const WAIT_MAX_MS = 2_000

/** The configuration that holds in this process. It is replaced as a whole, and for every part of it at once. */
export class LiveConfiguration {
  readonly #options: LiveOptions
  readonly #using = new Set<Promise<unknown>>()
  #now: InForce
  #change: Promise<void> | undefined

  private constructor(options: LiveOptions, now: InForce) {
    this.#options = options
    this.#now = now
  }

  /** The first one of this process. */
  static async begin(options: LiveOptions, config: Config): Promise<LiveConfiguration> {
    const first = opened(options, config)
    const live = new LiveConfiguration(options, first)
    await live.#exchange(first)
    return live
  }

  get settings(): Config {
    return this.#now.settings
  }

  get providers(): ReadonlyMap<string, Provider> {
    return this.#now.providers
  }

  /** Something whose settings and providers are those of the moment at which they are read: a copy of it would keep old ones. */
  reading<T extends object>(rest: T): T & InForce {
    const live = this
    return {
      ...rest,
      get settings() {
        return live.settings
      },
      get providers() {
        return live.providers
      },
    }
  }

  /** What a person does is done by one configuration from its beginning to its end: a change waits for it, or it for the change. */
  async during<T>(work: (now: InForce) => Promise<T>): Promise<T> {
    while (this.#change !== undefined) await this.#change
    const done = work(this.#now)
    const use = done.then(nothing, nothing).finally(() => this.#using.delete(use))
    this.#using.add(use)
    return done
  }

  /** All or nothing: stored as the one loaded last, with its audit event, and then in force here. Throws when it could not be stored. */
  async load(config: Config): Promise<Result<undefined, NeedsRestart>> {
    const isMoved = canonicalJson(config.identity.homes) !== canonicalJson(this.settings.identity.homes)
    if (isMoved) return fail({ code: 'needs_restart', key: 'identity' })
    const next = opened(this.#options, config)
    while (this.#change !== undefined) await this.#change
    const change = this.#exchange(next)
    this.#change = change.then(nothing, nothing).finally(() => {
      this.#change = undefined
    })
    await change
    return ok(undefined)
  }

  /** What keeps this process from its work: the database, or that another configuration was loaded elsewhere since. */
  async missing(): Promise<readonly ('database' | 'configuration')[]> {
    const last = await this.#options.store.transact((tx) => tx.loadedLast()).catch(() => null)
    if (last === null) return ['database']
    return last === this.settings.hash ? [] : ['configuration']
  }

  async #exchange(next: InForce): Promise<void> {
    const waited = new AbortController()
    const enough = pause(WAIT_MAX_MS, undefined, { signal: waited.signal }).catch(nothing)
    await Promise.race([Promise.all(this.#using), enough])
    waited.abort()
    await this.#options.store.transact(async (tx) => {
      await recordConfiguration(tx, next.settings)
      await tx.nudge()
    })
    this.#now = next
    await nameUnreachable(this.#options, next)
  }
}

function opened({ open }: LiveOptions, settings: Config): InForce {
  return { settings, providers: new Map(settings.providers.map((each) => [each.key, open(each)])) }
}

/** Rule 6: grants of a provider that was removed or points elsewhere are named. */
async function nameUnreachable({ store, log }: LiveOptions, { providers }: InForce): Promise<void> {
  const instances = [...providers.values()].map((provider) => provider.instance)
  const grants = await store.transact((tx) => tx.grants.unreachable(instances))
  for (const grant of grants)
    log.error({ grant: grant.id, provider: grant.providerKey, instance: grant.instance }, 'grant_unreachable')
}

function nothing(): void {}
