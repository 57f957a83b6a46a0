import { parseYaml } from './parse-yaml.ts'
import type { Report } from './report.ts'
import type { Source } from './source.ts'
import { keyOnce, type Plain, type Tree } from './walk-yaml.ts'

export type Mapping = { readonly [key: string]: Plain }

/** Sections whose entries may be spread over the files of a folder. */
const SPREAD = ['people', 'providers', 'roles', 'workflows']

/** All files as one mapping. `undefined` when one of them is no YAML: what follows from that is not worth reading. */
export function readDocument(sources: readonly Source[], report: Report): Mapping | undefined {
  let merged: Mapping = {}
  let isWhole = sources.length > 0
  for (const source of sources) {
    const tree = parseYaml(source, report)
    if (tree === undefined) isWhole = false
    else merged = mergeFile(merged, { ...tree, source }, report)
  }
  return isWhole ? merged : undefined
}

type FileTree = Tree & { readonly source: Source }

function mergeFile(before: Mapping, tree: FileTree, report: Report): Mapping {
  const { value, source } = tree
  if (value !== null && !isMapping(value)) {
    report.addAt({ source, offset: 0 }, [], { expected: 'a mapping with the keys version, people, roles …' })
  }
  const merged = new Map(Object.entries(before))
  for (const [key, own] of Object.entries(isMapping(value) ? value : {})) {
    const known = merged.get(key)
    if (known === undefined) merged.set(key, own)
    else if (SPREAD.includes(key) && isMapping(known) && isMapping(own)) {
      merged.set(key, mergeSection({ name: key, known, own }, tree, report))
    } else reportTwice([key], tree, report)
  }
  report.learn(tree.places)
  return Object.fromEntries(merged)
}

interface Section {
  readonly name: string
  readonly known: Mapping
  readonly own: Mapping
}

function mergeSection({ name, known, own }: Section, tree: FileTree, report: Report): Mapping {
  for (const key of Object.keys(own)) if (key in known) reportTwice([name, key], tree, report)
  return { ...own, ...known }
}

function reportTwice(path: readonly string[], { places, source }: FileTree, report: Report): void {
  const at = places.get(JSON.stringify(path))?.key ?? { source, offset: 0 }
  report.addAt(at, path, { expected: keyOnce(report.placesOf(path)) })
}

export function isMapping(value: unknown): value is Mapping {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
