import { canonicalJson } from './canonical-json.ts'
import { isMapping, type Mapping } from './read-document.ts'

/** Keys of the entries of one section, such as the roles. */
export interface SectionDifference {
  readonly added?: readonly string[]
  readonly removed?: readonly string[]
  readonly changed?: readonly string[]
  /** So many keys were left off: the whole is kept with the configuration's hash. */
  readonly more?: number
}

const NAMED_MAX = 100

/** What a configuration differs in from the one before, section by section. A section that is the same is not there. */
export function differenceOf(before: unknown, after: Mapping): Readonly<Record<string, SectionDifference>> {
  const was = isMapping(before) ? before : {}
  const sections = [...new Set([...Object.keys(was), ...Object.keys(after)])].sort()
  const found = sections.map((name) => [name, sectionDifference(entriesOf(was[name]), entriesOf(after[name]))] as const)
  return Object.fromEntries(found.filter(([, difference]) => Object.keys(difference).length > 0))
}

/** What is no mapping counts as one entry without a name. */
function entriesOf(section: unknown): Mapping {
  if (section === undefined) return {}
  return isMapping(section) ? section : { '': section as Mapping[string] }
}

function sectionDifference(was: Mapping, is: Mapping): SectionDifference {
  const all = {
    added: Object.keys(is).filter((key) => !Object.hasOwn(was, key)),
    removed: Object.keys(was).filter((key) => !Object.hasOwn(is, key)),
    changed: Object.keys(is).filter(
      (key) => Object.hasOwn(was, key) && canonicalJson(was[key]) !== canonicalJson(is[key]),
    ),
  }
  const kinds = Object.entries(all).filter(([, keys]) => keys.length > 0)
  const named = kinds.map(([kind, keys]) => [kind, keys.toSorted().slice(0, NAMED_MAX)] as const)
  const more = kinds.reduce((sum, [, keys]) => sum + Math.max(0, keys.length - NAMED_MAX), 0)
  return { ...Object.fromEntries(named), ...(more > 0 ? { more } : {}) }
}
