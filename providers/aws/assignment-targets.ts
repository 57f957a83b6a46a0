import { nearestWord } from '../../src/core/nearest-word.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Target } from '../../src/core/target.ts'
import type { Permission, Permissions, Problem } from '../../src/ports/provider.ts'
import { assignmentSlotName } from './assignment.ts'

const OPERATION = 'permission_set:assigned'

/** What a role asks for at an Identity Center: each target is an assignment of the person's own. A problem's path points into the permissions. */
export function parseAssignmentTargets({ allow, deny }: Permissions): Result<readonly Target[], readonly Problem[]> {
  const denied = deny.length === 0 ? [] : [{ path: ['deny'], expected: 'no deny: a permission set is given as it is' }]
  const readings = allow.map((permission, index) => targetsIn(permission, ['allow', index]))
  const problems = [...denied, ...readings.flatMap((each) => each.problems)]
  if (problems.length > 0) return fail(problems)
  const slots = new Set(readings.flatMap((each) => each.slots))
  return ok([...slots].map((slot) => ({ slot, level: 'assigned' })))
}

interface Reading {
  readonly slots: readonly string[]
  readonly problems: readonly Problem[]
}

function targetsIn({ operations, targets, conditions }: Permission, path: Problem['path']): Reading {
  const problems: Problem[] = []
  const slots: string[] = []
  if (operations.length === 0) problems.push({ path: [...path, 'operations'], expected: OPERATION })
  for (const [index, operation] of operations.entries())
    if (operation !== OPERATION) problems.push(unknownOperation(operation, [...path, 'operations', index]))
  if (conditions !== undefined)
    problems.push({ path: [...path, 'conditions'], expected: 'no conditions: those of the permission set hold' })
  if (targets.length === 0)
    problems.push({ path: [...path, 'targets'], expected: 'accounts, each with a permission set' })
  for (const [index, target] of targets.entries()) {
    const slot = assignmentSlotName(target)
    if (slot.ok) slots.push(slot.value)
    else problems.push({ path: [...path, 'targets', index], ...slot.error })
  }
  return { slots, problems }
}

function unknownOperation(operation: string, path: Problem['path']): Problem {
  const suggestion = nearestWord(operation, [OPERATION])
  return { path, expected: OPERATION, ...(suggestion && { suggestion }) }
}
