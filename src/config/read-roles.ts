import type { Entitlement, Role, Workflow } from '../core/role.ts'
import type { Target } from '../core/target.ts'
import { issuesCredentials } from '../ports/credential-issuer.ts'
import type { Problem, Provider } from '../ports/provider.ts'
import { hashOf } from './canonical-json.ts'
import { KEY } from './fields.ts'
import type { Path } from './problem.ts'
import { isMapping, type Mapping } from './read-document.ts'
import type { Limits } from './read-limits.ts'
import { checkPeopleList, type People } from './read-people.ts'
import type { Providers, ReadProvider } from './read-providers.ts'
import type { Workflows } from './read-workflows.ts'
import type { Report } from './report.ts'
import { roleDurations } from './role-durations.ts'
import { roleSchema, type WrittenRole } from './role-schema.ts'
import { parseAt } from './strict.ts'
import type { Plain } from './walk-yaml.ts'

export interface RoleContext {
  readonly report: Report
  readonly people: People
  readonly limits: Limits
  readonly providers: Providers
  readonly workflows: Workflows
}

/** One role for each pair of provider and role. */
export function readRoles(context: RoleContext, raw: Mapping): readonly Role[] {
  return Object.entries(raw).flatMap(([key, value]) => {
    const path = ['roles', key]
    if (!KEY.test(key)) context.report.addForKey(path, 'a key of lower-case letters, digits, - _ and .')
    const written = parseAt(context.report, roleSchema, { path, raw: value })
    return written === undefined ? [] : rolesOf(context, written, { key, path, raw: value })
  })
}

interface At {
  readonly key: string
  readonly path: Path
  readonly raw: Plain
}

function rolesOf(context: RoleContext, written: WrittenRole, at: At): readonly Role[] {
  const { report, people } = context
  checkPeopleList(report, { path: [...at.path, 'scopes', 'allow'], list: written.scopes.allow }, people)
  checkPeopleList(report, { path: [...at.path, 'scopes', 'deny'], list: written.scopes.deny }, people)
  const durations = roleDurations(report, written, { path: at.path, limits: context.limits })
  const workflow = workflowOf(context, written, at)
  return providersOf(context, written, at).map((provider) => {
    const targets = targetsOf(context, written, { ...at, provider })
    const entitlement = entitlementOf(context, written, { ...at, provider })
    const decides = {
      key: `${provider.key}:${at.key}`,
      provider: provider.key,
      providerName: provider.name,
      name: written.name ?? at.key,
      description: written.description,
      isEnabled: written.enabled,
      targets,
      entitlement,
      needsNoAccount: isForAnybody(provider.opened, targets) || undefined,
      scopes: written.scopes,
      workflow,
      ...durations,
      reason: { isRequired: written.reason.required, pattern: written.reason.pattern },
    }
    return { ...decides, hash: hashOf({ ...decides, instance: provider.opened.instance }) }
  })
}

function workflowOf({ report, workflows }: RoleContext, written: WrittenRole, { path, raw }: At): Workflow | undefined {
  const key = written.workflows?.[0]
  if (written.approval === 'none' && key !== undefined) {
    report.add([...path, 'approval'], 'either workflows or approval: none, not both')
  }
  const isSaid = isMapping(raw) && ('workflows' in raw || 'approval' in raw)
  if (!isSaid) {
    report.add([...path, 'workflows'], 'exactly one workflow, or approval: none')
  }
  if (key !== undefined && !workflows.keys.includes(key)) {
    report.addUnknown([...path, 'workflows', 0], key, { what: 'a workflow', words: workflows.keys })
  }
  return key === undefined ? undefined : workflows.byKey.get(key)
}

function providersOf({ report, providers }: RoleContext, written: WrittenRole, { path }: At): readonly ReadProvider[] {
  return written.providers.flatMap((key, index) => {
    const place = [...path, 'providers', index]
    if (written.providers.indexOf(key) < index) report.add(place, 'each provider once')
    if (!providers.keys.includes(key)) report.addUnknown(place, key, { what: 'a provider', words: providers.keys })
    return providers.all.filter((provider) => provider.key === key)
  })
}

type AtProvider = At & { readonly provider: ReadProvider }

function targetsOf({ report }: RoleContext, written: WrittenRole, { path, provider }: AtProvider): readonly Target[] {
  const parsed = provider.opened.parseTargets(written.permissions)
  if (parsed.ok) return parsed.value
  addProblems(report, path, parsed.error)
  return []
}

function entitlementOf(
  { report }: RoleContext,
  written: WrittenRole,
  { path, provider: { opened } }: AtProvider,
): Entitlement | undefined {
  if (!issuesCredentials(opened)) return undefined
  const parsed = opened.parseEntitlement(written.permissions)
  if (parsed.ok) return parsed.value
  addProblems(report, path, parsed.error)
  return undefined
}

function isForAnybody(provider: Provider, targets: readonly Target[]): boolean {
  return targets.length === 0 && issuesCredentials(provider) && provider.needsNoAccount
}

function addProblems(report: Report, path: Path, problems: readonly Problem[]): void {
  for (const problem of problems)
    report.add([...path, 'permissions', ...problem.path], problem.expected, problem.suggestion)
}
