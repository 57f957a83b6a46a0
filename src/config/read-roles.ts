import type { Entitlement, Role } from '../core/role.ts'
import type { Target } from '../core/target.ts'
import { issuesCredentials } from '../ports/credential-issuer.ts'
import { isCautious, type Provider } from '../ports/provider.ts'
import { hashOf } from './canonical-json.ts'
import type { RoleCaution } from './config.ts'
import { KEY } from './fields.ts'
import { type MergedRole, mergeRole, reportPermissions, writtenAt } from './merge-role.ts'
import { isMapping, type Mapping } from './read-document.ts'
import type { Limits } from './read-limits.ts'
import { checkPeopleList, type People } from './read-people.ts'
import type { Providers, ReadProvider } from './read-providers.ts'
import type { Workflows } from './read-workflows.ts'
import type { Report } from './report.ts'
import { type Ancestor, ancestorsOf, checkInheritance, type RoleEntry } from './role-ancestors.ts'
import { roleDurations } from './role-durations.ts'
import { roleSchema } from './role-schema.ts'
import { workflowOf } from './role-workflow.ts'
import { parseAt } from './strict.ts'

export interface RoleContext {
  readonly report: Report
  readonly people: People
  readonly limits: Limits
  readonly providers: Providers
  readonly workflows: Workflows
}

export interface Roles {
  /** One for each pair of provider and role. */
  readonly all: readonly Role[]
  readonly cautions: readonly RoleCaution[]
}

export function readRoles(context: RoleContext, raw: Mapping): Roles {
  const { report } = context
  const entries = new Map(Object.entries(raw).flatMap(([key, value]) => entryOf(context, key, value)))
  checkInheritance(report, entries, Object.keys(raw))
  const found = [...entries.values()].flatMap((own) => rolesOf(context, own, ancestorsOf(entries, own)))
  return { all: found.map(({ role }) => role), cautions: found.flatMap(({ cautions }) => cautions) }
}

function entryOf({ report, people }: RoleContext, key: string, raw: Mapping[string]): [string, RoleEntry][] {
  const path = ['roles', key]
  if (!KEY.test(key)) report.addForKey(path, 'a key of lower-case letters, digits, - _ and .')
  const written = parseAt(report, roleSchema, { path, raw })
  if (written === undefined) return []
  const { allow, deny } = written.scopes
  if (allow !== undefined) checkPeopleList(report, { path: [...path, 'scopes', 'allow'], list: allow }, people)
  checkPeopleList(report, { path: [...path, 'scopes', 'deny'], list: deny }, people)
  return [[key, { key, path, raw, written }]]
}

type Found = { readonly role: Role; readonly cautions: readonly RoleCaution[] }

function rolesOf(context: RoleContext, own: RoleEntry, above: readonly Ancestor[]): readonly Found[] {
  const { report, limits } = context
  const { written, path } = own
  const merged = mergeRole(report, own, above)
  const { inherited, permissions, scopes, reason } = merged
  const durations = roleDurations(report, written, { path, limits, inherited })
  if (isTemplate(own)) return []
  const workflow = workflowOf(context, own, above)
  if (permissions.allow.length === 0) reportMissing(report, own, ['permissions', 'allow'], 'at least one permission')
  return providersOf(context, own).map((provider) => {
    const at = { own, merged, provider }
    const targets = targetsOf(context, at)
    const decides = {
      key: `${provider.key}:${own.key}`,
      provider: provider.key,
      providerName: provider.name,
      name: written.name ?? own.key,
      description: written.description,
      isEnabled: written.enabled,
      targets,
      entitlement: entitlementOf(context, at),
      needsNoAccount: isForAnybody(provider.opened, targets) || undefined,
      scopes,
      workflow,
      ...durations,
      reason,
    }
    const role = { ...decides, hash: hashOf({ ...decides, instance: provider.opened.instance }) }
    return { role, cautions: cautionsOf(context, role.key, at) }
  })
}

/** Switched off and at no provider: it is there for others to inherit, and need not be whole. */
function isTemplate({ written, raw }: RoleEntry): boolean {
  return !written.enabled && isMapping(raw) && !('providers' in raw)
}

function providersOf({ report, providers }: RoleContext, own: RoleEntry): readonly ReadProvider[] {
  const names = own.written.providers
  if (names === undefined) reportMissing(report, own, ['providers'], 'at least one provider')
  return (names ?? []).flatMap((key, index) => {
    const place = [...own.path, 'providers', index]
    const isNamedBy = (provider: ReadProvider) => (name: string) => provider.key === name || provider.entry === name
    const found = providers.all.filter((provider) => isNamedBy(provider)(key))
    const earlier = names?.slice(0, index) ?? []
    if (earlier.includes(key) || found.some((provider) => earlier.some(isNamedBy(provider))))
      report.add(place, 'each provider once')
    if (!providers.keys.includes(key)) report.addUnknown(place, key, { what: 'a provider', words: providers.keys })
    return found
  })
}

/** What was written and is wrong is reported already. */
function reportMissing(report: Report, { path, raw }: RoleEntry, keys: readonly string[], expected: string): void {
  const value = keys.reduce<unknown>((at, key) => (isMapping(at) ? at[key] : undefined), raw)
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0)
  if (isEmpty) report.add([...path, ...keys], expected)
}

interface AtProvider {
  readonly own: RoleEntry
  readonly merged: MergedRole
  readonly provider: ReadProvider
}

function targetsOf({ report }: RoleContext, { own, merged, provider }: AtProvider): readonly Target[] {
  const { permissions, origins } = merged
  if (permissions.allow.length === 0) return []
  const parsed = provider.opened.parseTargets(permissions)
  if (parsed.ok) return parsed.value
  for (const problem of parsed.error) reportPermissions(report, { own, origins }, problem)
  return []
}

function entitlementOf({ report }: RoleContext, { own, merged, provider }: AtProvider): Entitlement | undefined {
  const { opened } = provider
  if (!issuesCredentials(opened) || merged.permissions.allow.length === 0) return undefined
  const parsed = opened.parseEntitlement(merged.permissions)
  if (parsed.ok) return parsed.value
  for (const problem of parsed.error) reportPermissions(report, { own, origins: merged.origins }, problem)
  return undefined
}

/** Of what was inherited too: the place is where it was written. */
function cautionsOf(
  { report }: RoleContext,
  role: string,
  { own, merged, provider: { opened } }: AtProvider,
): readonly RoleCaution[] {
  if (!isCautious(opened)) return []
  return opened.cautionsOn(merged.permissions).map(({ path, words }) => {
    return { role, words, place: report.whereIs(writtenAt(merged.origins, path) ?? own.path) }
  })
}

function isForAnybody(provider: Provider, targets: readonly Target[]): boolean {
  return targets.length === 0 && issuesCredentials(provider) && provider.needsNoAccount
}
