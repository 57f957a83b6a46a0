import { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Entitlement } from '../../src/core/role.ts'
import type { Permission, Permissions, Problem } from '../../src/ports/provider.ts'
import { parseActions } from './actions.ts'
import type { AccountConfig } from './config.ts'
import { kindOfOperation } from './operations.ts'
import { type Statement, statementsShape } from './statement.ts'
import { wordsOf } from './statement-words.ts'

/** What a session is made of: which role, by its name with its path, and what its policy lets through of that role's rights. */
export interface SessionScope {
  readonly role: string
  readonly statements: readonly Statement[]
}

/**
 * What a role's actions, or its `role:assumed`, let a session do; undefined where it has neither. The name of the role is in the scope: who
 * points `session.role` elsewhere changes what was asked for.
 */
export function parseEntitlement(
  { session }: Pick<AccountConfig, 'session'>,
  permissions: Permissions,
): Result<Entitlement | undefined, readonly Problem[]> {
  const assumed = assumptionsIn(permissions.allow)
  const [first, ...others] = assumed
  const denied = assumptionsIn(permissions.deny).map(({ path }) => ({ path: ['deny', ...path], expected: NO_DENY }))
  if (first === undefined) return denied.length > 0 ? fail(denied) : ofActions(session?.role, permissions)
  const problems = [
    ...[...others.map(({ path }) => path), ...actionsBeside(permissions.allow)].map((path) => ({
      path,
      expected: ONE_ROLE,
    })),
    ...roleProblems(first),
  ].map((problem) => ({ ...problem, path: ['allow', ...problem.path] }))
  const everything = permissions.allow.map((entry) => (entry === first.permission ? EVERYTHING : entry))
  const parsed = problems.length > 0 ? fail(problems) : parseActions({ ...permissions, allow: everything }, 'session')
  if (!parsed.ok || denied.length > 0) return fail([...(parsed.ok ? [] : parsed.error), ...denied])
  const role = nameIn(first.permission)
  const statements = parsed.value ?? []
  const narrowed = statements.filter(({ Effect }) => Effect === 'Deny')
  const words = [`all that the role ${role} may`, ...(narrowed.length > 0 ? [wordsOf(narrowed)] : [])].join(', ')
  return ok({ scope: writeScope({ role, statements }), words })
}

const storedScope = z.strictObject({ role: z.string().min(1), statements: statementsShape })

/** As it was stored with the request. Anything else is a bug or a foreign row: it throws. */
export function readScope(scope: string): SessionScope {
  return storedScope.parse(JSON.parse(scope))
}

/** All roles that sessions are made of, each once, with their paths. */
export function rolesOf({ session }: Pick<AccountConfig, 'session'>, scopes: readonly string[]): readonly string[] {
  return [...new Set([...(session ? [session.role] : []), ...scopes.map((scope) => readScope(scope).role)])]
}

function writeScope({ role, statements }: SessionScope): string {
  return JSON.stringify({ role, statements })
}

function ofActions(
  role: string | undefined,
  permissions: Permissions,
): Result<Entitlement | undefined, readonly Problem[]> {
  const parsed = parseActions(permissions, 'session')
  const missing = role === undefined ? actionsBeside(permissions.allow).slice(0, 1) : []
  const problems = missing.map((path) => ({ path: ['allow', ...path], expected: SESSION_MISSING }))
  if (!parsed.ok) return fail([...parsed.error, ...problems])
  if (parsed.value === undefined) return ok(undefined)
  if (role === undefined) return fail(problems)
  return ok({ scope: writeScope({ role, statements: parsed.value }), words: wordsOf(parsed.value) })
}

interface Assumption {
  /** Of the operation. */
  readonly path: Problem['path']
  readonly permission: Permission
}

const EVERYTHING: Permission = { operations: ['*'], targets: [] }
const NO_DENY = 'no role:assumed under deny: allow another role'
const ONE_ROLE = 'one role:assumed alone, without actions beside it: a session is of one role (deny narrows it)'
const SESSION_MISSING = "session: { role } in the provider's config: sessions are made of that role"

function assumptionsIn(permissions: readonly Permission[]): readonly Assumption[] {
  return permissions.flatMap((permission, index) =>
    permission.operations.flatMap((operation, nth) =>
      kindOfOperation(operation) === 'role' ? [{ path: [index, 'operations', nth], permission }] : [],
    ),
  )
}

function actionsBeside(permissions: readonly Permission[]): readonly Problem['path'][] {
  return permissions.flatMap(({ operations }, index) =>
    operations.flatMap((operation, nth) =>
      kindOfOperation(operation) === 'session' ? [[index, 'operations', nth]] : [],
    ),
  )
}

/** With its path: `team/Deploy`. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-limits-names */
const ROLE = /^(?:[\u0021-\u002e\u0030-\u007e]+\/)*[\w+=,.@-]{1,64}$/

function roleProblems({ path: [index = 0], permission }: Assumption): readonly Problem[] {
  const { operations, targets, conditions } = permission
  const name = nameIn(permission)
  const isOne = targets.length === 1 && ROLE.test(name) && !name.startsWith('arn:')
  return [
    ...(operations.length > 1 ? [{ path: [index, 'operations'], expected: 'role:assumed alone in its entry' }] : []),
    ...(isOne ? [] : [{ path: [index, 'targets'], expected: 'the name of exactly one role, such as Deploy' }]),
    ...(conditions === undefined
      ? []
      : [{ path: [index, 'conditions'], expected: 'no conditions beside role:assumed: they are for actions' }]),
  ]
}

function nameIn({ targets: [name = ''] }: Permission): string {
  return name.replace(/^\/+/, '')
}
