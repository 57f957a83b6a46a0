import { nearestWord } from '../core/nearest-word.ts'
import type { Logger } from '../ports/log.ts'
import type { Provider } from '../ports/provider.ts'
import type { ConfiguredProvider } from './config.ts'
import type { Mapping } from './read-document.ts'
import type { WrittenProvider } from './spread-providers.ts'
import { type Substitution, substitute } from './substitute.ts'

export interface Providers {
  readonly all: readonly ReadProvider[]
  /** What roles may name them by, also those that are wrong, and reported already. */
  readonly keys: readonly string[]
}

/** `opened` says what a role's permissions mean; it asks nobody. */
export type ReadProvider = ConfiguredProvider & { readonly opened: Provider }

export async function readProviders(
  given: Substitution,
  raw: Mapping,
  written: readonly WrittenProvider[],
): Promise<Providers> {
  const all = await Promise.all(written.map((each) => readProvider(given, each)))
  const keys = [...new Set([...Object.keys(raw), ...written.map(({ key }) => key)])]
  return { all: all.filter((each) => each !== undefined), keys }
}

async function readProvider(given: Substitution, written: WrittenProvider): Promise<ReadProvider | undefined> {
  const { report } = given
  const { key, entry, name, engine, placeOf } = written
  const base = ['providers', entry, 'config']
  const parsed = engine.parseConfig(await substitute(given, written.settings, { path: base, placeOf }))
  if (!parsed.ok) {
    for (const { path, expected, suggestion } of parsed.error) {
      const isOfKey = suggestion !== undefined && nearestWord(String(path.at(-1)), [suggestion]) !== undefined
      const place = placeOf([...base, ...path])
      if (isOfKey) report.addForKey(place, expected, suggestion)
      else report.add(place, expected, suggestion)
    }
    return undefined
  }
  const config = parsed.value
  const opened = engine.open(key, config, { log: SILENT })
  return { key, entry, engine: engine.name, name, config, open: (deps) => engine.open(key, config, deps), opened }
}

const nothing = () => {}
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => SILENT }
