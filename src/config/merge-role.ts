import type { ScopeList, Scopes } from '../core/person.ts'
import type { Permission, Permissions, Problem } from '../ports/provider.ts'
import type { Path } from './problem.ts'
import type { Report } from './report.ts'
import type { Ancestor, RoleEntry } from './role-ancestors.ts'
import type { WrittenRole } from './role-schema.ts'

/** What a role says together with all that it inherits: of every rule the most restrictive. */
export interface MergedRole {
  readonly permissions: Permissions
  readonly origins: Origins
  readonly scopes: Scopes
  readonly reason: { readonly isRequired: boolean; readonly pattern: string }
  /** What is inherited of them; its own are its own affair. */
  readonly inherited: Pick<WrittenRole, 'max_duration' | 'default_duration'>
}

/** Whose each of the permissions is, in their order. */
export type Origins = Readonly<Record<keyof Permissions, readonly Origin[]>>

interface Origin {
  readonly entry: RoleEntry
  /** In that role's own list. */
  readonly index: number
  /** The word in `inherits` that leads there; undefined for the role itself. */
  readonly via: number | undefined
}

export function mergeRole(report: Report, own: RoleEntry, above: readonly Ancestor[]): MergedRole {
  const family = [own, ...above.map(({ entry }) => entry)]
  const allow = statementsOf('allow', own, above)
  const deny = statementsOf('deny', own, above)
  return {
    permissions: { allow: allow.map(({ permission }) => permission), deny: deny.map(({ permission }) => permission) },
    origins: { allow, deny },
    scopes: scopesOf(family.map(({ written }) => written.scopes)),
    reason: {
      isRequired: family.some(({ written }) => written.reason.required),
      pattern: patternOf(report, own, above),
    },
    inherited: { max_duration: shortest(above, 'max_duration'), default_duration: shortest(above, 'default_duration') },
  }
}

function statementsOf(
  list: keyof Permissions,
  own: RoleEntry,
  above: readonly Ancestor[],
): readonly (Origin & { readonly permission: Permission })[] {
  return [{ entry: own, via: undefined }, ...above].flatMap(({ entry, via }) =>
    entry.written.permissions[list].map((permission, index) => ({ entry, via, index, permission })),
  )
}

const NOBODY: ScopeList = { groups: [], users: [], domains: [] }

/** Every list of those that are allowed has to hold, and anybody's denial denies. */
function scopesOf(all: readonly WrittenRole['scopes'][]): Scopes {
  const [allow = NOBODY, ...within] = all.flatMap((each) => (each.allow === undefined ? [] : [each.allow]))
  const denied = all.map((each) => each.deny)
  const deny = {
    groups: denied.flatMap(({ groups }) => groups),
    users: denied.flatMap(({ users }) => users),
    domains: denied.flatMap(({ domains }) => domains),
  }
  return { allow, ...(within.length > 0 && { within }), deny }
}

/** Of several patterns each would have to match the whole reason: what they have in common only a person can write down. */
function patternOf(report: Report, own: RoleEntry, above: readonly Ancestor[]): string {
  const all: readonly { entry: RoleEntry; via?: number }[] = [{ entry: own }, ...above]
  const [first, ...others] = all.filter(({ entry }) => entry.written.reason.pattern !== '')
  const pattern = first?.entry.written.reason.pattern ?? ''
  const other = others.find(({ entry }) => entry.written.reason.pattern !== pattern)
  if (first !== undefined && other !== undefined) {
    const place = first.via === undefined ? ['reason', 'pattern'] : ['inherits', first.via]
    const where = report.whereIs([...other.entry.path, 'reason', 'pattern'])
    report.add([...own.path, ...place], `one pattern: ${other.entry.key}, which it inherits, has another at ${where}`)
  }
  return pattern
}

function shortest(above: readonly Ancestor[], key: 'max_duration' | 'default_duration'): number | undefined {
  const written = above.flatMap(({ entry }) => entry.written[key] ?? [])
  return written.length === 0 ? undefined : Math.min(...written)
}

/** A problem of the permissions is the role's that has them together; what was written elsewhere is named. */
export function reportPermissions(
  report: Report,
  { own, origins }: { readonly own: RoleEntry; readonly origins: Origins },
  { path, expected, suggestion }: Problem,
): void {
  const [list, index] = path
  const statements = list === 'allow' || list === 'deny' ? origins[list] : []
  const origin = typeof index === 'number' ? statements[index] : statements[0]
  if (origin?.via === undefined) {
    report.add([...own.path, 'permissions', ...path], expected, suggestion)
    return
  }
  const where = report.whereIs(writtenAt(origins, path) ?? own.path)
  report.add([...own.path, 'inherits', origin.via], `${expected}; ${origin.entry.key} has it at ${where}`, suggestion)
}

/** Where in the document what is at a path into the permissions of a role was written. */
export function writtenAt(origins: Origins, [list, index = 0, ...rest]: Problem['path']): Path | undefined {
  const origin = (list === 'allow' || list === 'deny') && typeof index === 'number' ? origins[list][index] : undefined
  return origin && [...origin.entry.path, 'permissions', String(list), origin.index, ...rest]
}
