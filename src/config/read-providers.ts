import { z } from 'zod'
import { nearestWord } from '../core/nearest-word.ts'
import type { Logger } from '../ports/log.ts'
import type { Provider } from '../ports/provider.ts'
import type { AnyEngine, ConfiguredProvider } from './config.ts'
import { KEY, text } from './fields.ts'
import { isMapping, type Mapping } from './read-document.ts'
import { parseAt, strict } from './strict.ts'
import { type Substitution, substitute } from './substitute.ts'
import type { Plain } from './walk-yaml.ts'

const provider = strict({
  provider: text('the name of an engine'),
  name: text('a name').optional(),
  config: z.custom<Mapping>(isMapping, "a mapping with the engine's settings"),
})

export interface Providers {
  readonly all: readonly ReadProvider[]
  /** With those that are wrong, and reported already. */
  readonly keys: readonly string[]
}

/** `opened` says what a role's permissions mean; it asks nobody. */
export type ReadProvider = ConfiguredProvider & { readonly opened: Provider }

export async function readProviders(
  given: Substitution,
  raw: Mapping,
  engines: readonly AnyEngine[],
): Promise<Providers> {
  const all = await Promise.all(Object.entries(raw).map(([key, value]) => readProvider(given, [key, value], engines)))
  return { all: all.filter((each) => each !== undefined), keys: Object.keys(raw) }
}

async function readProvider(
  given: Substitution,
  [key, raw]: readonly [string, Plain],
  engines: readonly AnyEngine[],
): Promise<ReadProvider | undefined> {
  const { report } = given
  const path = ['providers', key]
  if (!KEY.test(key)) report.addForKey(path, 'a key of lower-case letters, digits, - _ and .')
  const settings = isMapping(raw) ? raw['config'] : undefined
  const substituted = settings === undefined ? undefined : await substitute(given, settings, [...path, 'config'])
  const parsed = parseAt(report, provider, { path, raw })
  if (parsed === undefined) return undefined
  const engine = engines.find((each) => each.name === parsed.provider)
  if (engine === undefined) {
    const words = engines.map((each) => each.name)
    report.addUnknown([...path, 'provider'], parsed.provider, { what: 'an engine', words })
    return undefined
  }
  return openProvider(given, { key, name: parsed.name ?? key, engine, settings: substituted })
}

interface Opening {
  readonly key: string
  readonly name: string
  readonly engine: AnyEngine
  readonly settings: unknown
}

function openProvider({ report }: Substitution, { key, name, engine, settings }: Opening): ReadProvider | undefined {
  const parsed = engine.parseConfig(settings)
  if (!parsed.ok) {
    for (const problem of parsed.error) {
      const { path, expected, suggestion } = problem
      const isOfKey = suggestion !== undefined && nearestWord(String(path.at(-1)), [suggestion]) !== undefined
      const place = ['providers', key, 'config', ...path]
      if (isOfKey) report.addForKey(place, expected, suggestion)
      else report.add(place, expected, suggestion)
    }
    return undefined
  }
  const config = parsed.value
  const opened = engine.open(key, config, { log: SILENT })
  return { key, engine: engine.name, name, config, open: (deps) => engine.open(key, config, deps), opened }
}

/** Read before the providers themselves: accounts of people are keyed by either. */
export function enginesByKey(raw: Mapping): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(raw).flatMap(([key, value]) => {
      const engine = isMapping(value) ? value['provider'] : undefined
      return typeof engine === 'string' ? [[key, engine] as const] : []
    }),
  )
}

const nothing = () => {}
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => SILENT }
