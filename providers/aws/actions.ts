import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Permission, Permissions, Problem } from '../../src/ports/provider.ts'
import { readConditions } from './conditions.ts'
import { mergeStatements } from './merge-statements.ts'
import { kindOfOperation, parseActionList } from './operations.ts'
import { inlinePolicy, POLICY_CHARACTERS_MAX, sessionPolicy } from './policies.ts'
import type { Statement } from './statement.ts'
import { type ActionKind, variableProblem } from './variables.ts'

/**
 * The statements that a role's actions of one kind are, in one way of writing them; undefined where the role has none of this kind.
 * All problems at once; paths point into the permissions. Asks nobody: whether AWS knows an action, only AWS can tell.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function parseActions(
  permissions: Permissions,
  kind: ActionKind,
): Result<readonly Statement[] | undefined, readonly Problem[]> {
  const allowed = readEntries(permissions, 'allow', kind)
  const denied = readEntries(permissions, 'deny', kind)
  if (allowed.length === 0 && denied.length === 0) return ok(undefined)
  const unmatched = allowed.length === 0 ? denied.map(({ path }) => ({ path, expected: nothingToDeny[kind] })) : []
  const problems = [...allowed, ...denied].flatMap((entry) => entry.problems)
  if (problems.length + unmatched.length > 0) return fail([...problems, ...unmatched])
  const statements = mergeStatements([...allowed, ...denied].flatMap((entry) => entry.statements))
  const tooLong = sizeProblem(statements, kind)
  return tooLong === undefined ? ok(statements) : fail([{ path: ['allow'], expected: tooLong }])
}

const nothingToDeny: Readonly<Record<ActionKind, string>> = {
  session:
    'no deny without actions that are allowed: it takes out of these (what is allowed behind user: is denied behind user:)',
  user: 'no deny behind user: without actions that are allowed behind user:',
}

interface Entry {
  readonly path: Problem['path']
  readonly statements: readonly Statement[]
  readonly problems: readonly Problem[]
}

function readEntries(permissions: Permissions, effect: 'allow' | 'deny', kind: ActionKind): readonly Entry[] {
  return permissions[effect].flatMap((permission, index): readonly Entry[] => {
    const isOfKind = permission.operations.map((operation) => kindOfOperation(operation) === kind)
    if (!isOfKind.includes(true)) return []
    return [readEntry(permission, { effect, kind, path: [effect, index] })]
  })
}

interface Place {
  readonly effect: 'allow' | 'deny'
  readonly kind: ActionKind
  readonly path: Problem['path']
}

function readEntry(permission: Permission, { effect, kind, path }: Place): Entry {
  const { actions, problems } = readActions(permission, kind)
  const { condition, problems: inConditions } = readConditions(permission.conditions, kind)
  const { targets } = permission
  const statement: Statement = {
    Effect: effect === 'allow' ? 'Allow' : 'Deny',
    Action: [...actions],
    Resource: targets.length === 0 ? ['*'] : [...targets],
    ...(condition && { Condition: condition }),
  }
  const found = [
    ...problems,
    ...targets.flatMap((target, nth) => targetProblem(target, nth, kind)),
    ...inConditions.map((problem) => ({ ...problem, path: ['conditions', ...problem.path] })),
  ]
  return { path, statements: [statement], problems: found.map((each) => ({ ...each, path: [...path, ...each.path] })) }
}

/** Of the other kind of actions it may have some: their targets are ARNs too. */
function readActions({ operations }: Permission, kind: ActionKind) {
  const actions: string[] = []
  const problems: Problem[] = []
  for (const [nth, operation] of operations.entries()) {
    const path = ['operations', nth]
    const itsKind = kindOfOperation(operation)
    if (itsKind !== 'session' && itsKind !== 'user') problems.push({ path, expected: alone })
    if (itsKind !== kind) continue
    const parsed = parseActionList(operation)
    if (parsed.ok) actions.push(...parsed.value)
    else problems.push({ path, ...parsed.error })
  }
  return { actions, problems }
}

const alone = 'actions alone in an entry: their targets are ARNs, those of the others are names'

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html, with the letters that a policy may be written with; AWS takes
 * no wildcard in the place of the service.
 */
const ARN = /^arn:[a-z*?][a-z0-9*?-]*:[a-z0-9-]+:[a-z0-9*?-]*:[a-z0-9*?-]*:[\u0020-\u00ff]+$/

function targetProblem(target: string, nth: number, kind: ActionKind): readonly Problem[] {
  if (target === '*') return []
  const path = ['targets', nth]
  if (!ARN.test(target) || target.trim() !== target)
    return [{ path, expected: 'the ARN of a resource, such as arn:aws:s3:::acme-reports/*, or *' }]
  const expected = variableProblem(target, kind)
  return expected === undefined ? [] : [{ path, expected }]
}

/** The end of a grant is as long as any other. */
const ANY_END_MS = Date.UTC(2099, 11, 31)

function sizeProblem(statements: readonly Statement[], kind: ActionKind): string | undefined {
  const text = kind === 'session' ? sessionPolicy(statements, ANY_END_MS) : inlinePolicy(statements, ANY_END_MS)
  const over = text.length - POLICY_CHARACTERS_MAX
  if (over <= 0) return undefined
  const max = `at most ${POLICY_CHARACTERS_MAX.toLocaleString('en')} characters of policy, and this is ${over} more`
  return `${max}: wildcards in place of lists, fewer targets, or two roles`
}
