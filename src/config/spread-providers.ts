import { z } from 'zod'
import type { ProviderNames } from '../core/settings.ts'
import { spreads } from '../ports/provider.ts'
import type { AnyEngine } from './config.ts'
import { KEY, text } from './fields.ts'
import type { Path } from './problem.ts'
import { isMapping, type Mapping } from './read-document.ts'
import type { Report } from './report.ts'
import { parseAt, strict } from './strict.ts'

const KEY_WORDS = 'a key of lower-case letters, digits, - _ and .'

const provider = strict({
  provider: text('the name of an engine'),
  name: text('a name').optional(),
  config: z.custom<Mapping>(isMapping, "a mapping with the engine's settings"),
})

/** One provider as it is written, nothing in it replaced yet. */
export interface WrittenProvider {
  readonly key: string
  readonly entry: string
  readonly name: string
  readonly engine: AnyEngine
  readonly settings: unknown
  /** Where in the document something of its `config` is to be shown. */
  readonly placeOf: (path: Path) => Path
}

/** An entry is one provider, or as many as its engine makes of it. */
export function spreadProviders(
  report: Report,
  raw: Mapping,
  engines: readonly AnyEngine[],
): readonly WrittenProvider[] {
  const found: WrittenProvider[] = []
  for (const key of Object.keys(raw)) {
    const entry = readEntry(report, engines, [key, raw[key]])
    if (entry === undefined) continue
    const others = [...Object.keys(raw).filter((each) => each !== key), ...found.map((each) => each.key)]
    found.push(...spreadEntry(report, entry, others))
  }
  return found
}

function readEntry(
  report: Report,
  engines: readonly AnyEngine[],
  [key, raw]: readonly [string, unknown],
): WrittenProvider | undefined {
  const path = ['providers', key]
  if (!KEY.test(key)) report.addForKey(path, KEY_WORDS)
  const parsed = parseAt(report, provider, { path, raw })
  if (parsed === undefined) return undefined
  const engine = engines.find((each) => each.name === parsed.provider)
  if (engine === undefined) {
    const words = engines.map((each) => each.name)
    report.addUnknown([...path, 'provider'], parsed.provider, { what: 'an engine', words })
    return undefined
  }
  return { key, entry: key, name: parsed.name ?? key, engine, settings: parsed.config, placeOf: (same) => same }
}

function spreadEntry(report: Report, entry: WrittenProvider, others: readonly string[]): readonly WrittenProvider[] {
  const parts = spreads(entry.engine) ? entry.engine.spread(entry.settings) : undefined
  if (parts === undefined) return [entry]
  const base = ['providers', entry.key, 'config']
  if (!parts.ok) {
    for (const { path, expected, suggestion } of parts.error) report.add([...base, ...path], expected, suggestion)
    return []
  }
  return parts.value.flatMap(({ name, raw, at }) => {
    const key = `${entry.key}-${name}`
    const place = [...base, ...at]
    if (!KEY.test(name) || !KEY.test(key))
      report.addForKey(place, `${KEY_WORDS}; with ${entry.key}- before it at most 63`)
    else if (others.includes(key)) report.addForKey(place, `another name: there is a provider ${key} already`)
    else {
      const placeOf = (path: Path) => (report.placesOf(path) === undefined ? place : path)
      const ownName = entry.name === entry.key ? key : `${entry.name} ${name}`
      return [{ ...entry, key, name: ownName, settings: raw, placeOf }]
    }
    return []
  })
}

/** Those of entries that are wrong as well: what people are called there is checked all the same. */
export function providerNames(raw: Mapping, spread: readonly WrittenProvider[]): readonly ProviderNames[] {
  return Object.entries(raw).flatMap(([key, value]) => {
    const engine = isMapping(value) ? value['provider'] : undefined
    if (typeof engine !== 'string') return []
    const parts = spread.filter(({ entry }) => entry === key)
    return parts.length === 0 ? [{ key, entry: key, engine }] : parts.map((each) => ({ ...each, engine }))
  })
}
