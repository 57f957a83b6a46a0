import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml'
import type { Path } from './problem.ts'
import type { Report } from './report.ts'
import { looksSecret, namesSecret } from './secret-shape.ts'
import { hide, lineAndColumn, type Place, type PlaceMap, type Places, type Source } from './source.ts'

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

const DEPTH_MAX = 32
const REFERENCE = /^\$\{(?:env|file):[^{}]*\}$/
const ALIASES_MAX = 100
const FORBIDDEN_KEYS = ['__proto__', 'constructor', 'prototype']

interface Walk {
  readonly source: Source
  readonly places: PlaceMap
  readonly document: Document
  readonly report: Report
  aliases: number
  isTooDeep: boolean
}

export interface Tree {
  readonly value: Plain
  readonly places: PlaceMap
}

/** The document as plain values, and where each of them is. What is wrong is left out and reported. */
export function walkYaml(document: Document, source: Source, report: Report): Tree {
  const walk: Walk = { source, places: new Map(), document, report, aliases: 0, isTooDeep: false }
  const value = plainOf(walk, document.contents, { path: [], at: both({ source, offset: 0 }) })
  return { value, places: walk.places }
}

interface Spot {
  readonly path: Path
  readonly at: Places
}

function plainOf(walk: Walk, node: unknown, spot: Spot): Plain {
  const { path } = spot
  if (!walk.places.has(JSON.stringify(path))) walk.places.set(JSON.stringify(path), spot.at)
  if (path.length > DEPTH_MAX) return tooDeep(walk, spot)
  if (isAlias(node)) return aliased(walk, node.resolve(walk.document), spot)
  if (isMap(node)) return plainMap(walk, node, spot)
  if (isSeq(node)) {
    return node.items.map((item, index) =>
      plainOf(walk, item, { path: [...path, index], at: both(placeOf(walk, item, spot.at.value)) }),
    )
  }
  if (!isScalar(node)) return null
  const { value } = node
  if (typeof value === 'string' && (looksSecret(value) || (namesSecret(path.at(-1)) && !REFERENCE.test(value))))
    hideNode(walk, node)
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  walk.report.addAt(spot.at.value, path, { expected: 'a text, a number, true or false' })
  return null
}

/** Every use of an alias counts, and so does one inside another: what a bomb multiplies is bounded. */
function aliased(walk: Walk, node: unknown, spot: Spot): Plain {
  walk.aliases += 1
  if (walk.aliases <= ALIASES_MAX) return plainOf(walk, node, spot)
  if (walk.aliases === ALIASES_MAX + 1)
    walk.report.addAt(spot.at.value, spot.path, { expected: `at most ${ALIASES_MAX} uses of YAML aliases` })
  return null
}

function tooDeep(walk: Walk, { at, path }: Spot): Plain {
  if (!walk.isTooDeep) walk.report.addAt(at.value, path.slice(0, 3), { expected: `at most ${DEPTH_MAX} levels` })
  walk.isTooDeep = true
  return null
}

function plainMap(walk: Walk, map: YAMLMap, spot: Spot): Plain {
  const entries = new Map<string, Plain>()
  for (const pair of map.items) {
    const key = keyOf(walk, pair, spot)
    if (key === undefined) continue
    const path = [...spot.path, key]
    const at = placeOf(walk, pair.key, spot.at.value)
    if (entries.has(key)) {
      walk.report.addAt(at, path, { expected: keyOnce(walk.places.get(JSON.stringify(path))) })
      continue
    }
    entries.set(key, plainOf(walk, pair.value, { path, at: { key: at, value: placeOf(walk, pair.value, at) } }))
  }
  return Object.fromEntries(entries)
}

function keyOf(walk: Walk, pair: Pair, spot: Spot): string | undefined {
  const { report } = walk
  const at = placeOf(walk, pair.key, spot.at.value)
  const value = isScalar(pair.key) ? pair.key.value : undefined
  if (typeof value !== 'string' && typeof value !== 'number') {
    report.addAt(at, spot.path, { expected: 'a text as key' })
    return undefined
  }
  const key = String(value)
  const isSecret = looksSecret(key)
  if (isSecret) hideNode(walk, pair.key)
  if (isSecret) report.addAt(at, [...spot.path, key], { expected: 'a key that is no secret' })
  else if (FORBIDDEN_KEYS.includes(key)) report.addAt(at, spot.path, { expected: `no key named ${key}` })
  else if (key.includes('${')) report.addAt(at, spot.path, { expected: 'a key without a substitution' })
  else return key
  return undefined
}

function hideNode(walk: Walk, node: unknown): void {
  if (isNode(node) && node.range) hide(walk.source, node.range[0], node.range[1])
}

function placeOf(walk: Walk, node: unknown, otherwise: Place): Place {
  return isNode(node) && node.range ? { source: walk.source, offset: node.range[0] } : otherwise
}

export function keyOnce(first: Places | undefined): string {
  if (first === undefined) return 'each key once'
  const { line, column } = lineAndColumn(first.key)
  return `each key once; the first is at ${first.key.source.file}:${line}:${column}`
}

function both(place: Place): Places {
  return { key: place, value: place }
}
