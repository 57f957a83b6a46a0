import type { Path } from './problem.ts'
import type { Report } from './report.ts'
import type { WrittenRole } from './role-schema.ts'
import type { Plain } from './walk-yaml.ts'

const ABOVE_MAX = 10

/** A role as it is written, and where. */
export interface RoleEntry {
  readonly key: string
  readonly path: Path
  readonly raw: Plain
  readonly written: WrittenRole
}

/** A role that another inherits, by the word in its own `inherits` that leads there. */
export interface Ancestor {
  readonly entry: RoleEntry
  readonly via: number
}

type Entries = ReadonlyMap<string, RoleEntry>

/** The roles that one inherits, also by others: each once, the nearest first. Ends in a circle, too. */
export function ancestorsOf(entries: Entries, own: RoleEntry): readonly Ancestor[] {
  const found = new Map<string, Ancestor>()
  let row: readonly Ancestor[] = parentsOf(entries, own).map(([entry, via]) => ({ entry, via }))
  while (row.length > 0) {
    const added = row.filter(({ entry }) => entry.key !== own.key && !found.has(entry.key))
    for (const each of added) if (!found.has(each.entry.key)) found.set(each.entry.key, each)
    row = added.flatMap(({ entry, via }) => parentsOf(entries, entry).map(([parent]) => ({ entry: parent, via })))
  }
  return [...found.values()]
}

/** `keys`: with those of roles that are wrong, and reported already. */
export function checkInheritance(report: Report, entries: Entries, keys: readonly string[]): void {
  for (const { key, path, written } of entries.values()) {
    written.inherits.forEach((name, index) => {
      const place = [...path, 'inherits', index]
      if (name === key) report.add(place, 'another role than this one')
      else if (written.inherits.indexOf(name) < index) report.add(place, 'each role once')
      else if (!keys.includes(name)) report.addUnknown(place, name, { what: 'a role', words: keys })
    })
  }
  reportEndless(report, entries)
}

/** By rows from below: what none of them reaches goes in a circle, or has too many above it. */
function reportEndless(report: Report, entries: Entries): void {
  const settled = new Set<string>()
  const isSettled = ({ key }: RoleEntry) => settled.has(key)
  const unsettledIn = (entry: RoleEntry) => parentsOf(entries, entry).find(([parent]) => !isSettled(parent))
  for (let row = 0; row <= ABOVE_MAX; row++) {
    const next = [...entries.values()].filter((entry) => !isSettled(entry) && unsettledIn(entry) === undefined)
    for (const { key } of next) settled.add(key)
  }
  const seen = new Set<string>()
  for (const entry of entries.values()) {
    const trail: RoleEntry[] = []
    let at: RoleEntry | undefined = isSettled(entry) ? undefined : entry
    while (at !== undefined && !seen.has(at.key)) {
      seen.add(at.key)
      trail.push(at)
      const next = unsettledIn(at)
      if (next === undefined) report.add([...at.path, 'inherits'], `at most ${ABOVE_MAX} roles, one above the other`)
      at = next?.[0]
    }
    if (at !== undefined && trail.includes(at)) reportCircle(report, entries, trail.slice(trail.indexOf(at)))
  }
}

function reportCircle(report: Report, entries: Entries, circle: readonly RoleEntry[]): void {
  const [first, second = first] = circle
  if (first === undefined) return
  const via = parentsOf(entries, first).find(([parent]) => parent === second)?.[1] ?? 0
  const way = [...circle, first].map(({ key }) => key)
  const shown = way.length > 8 ? [...way.slice(0, 6), '…', ...way.slice(-1)] : way
  report.add([...first.path, 'inherits', via], `no circle: ${shown.join(' inherits ')}`)
}

/** With the number in `inherits`. Itself and what is not there is left out: that is reported once. */
function parentsOf(entries: Entries, { key, written }: RoleEntry): readonly (readonly [RoleEntry, number])[] {
  return written.inherits.flatMap((name, index) => {
    const parent = name === key ? undefined : entries.get(name)
    return parent === undefined ? [] : [[parent, index] as const]
  })
}
