import { nearestWord } from '../../src/core/nearest-word.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Problem } from '../../src/ports/provider.ts'

/** Which of the ways to grant an operation of a role chooses. */
export type OperationKind = 'session' | 'user' | 'role' | 'group' | 'policy' | 'permission_set'

const words: Readonly<Record<string, OperationKind>> = {
  'role:assumed': 'role',
  'group:member': 'group',
  'policy:attached': 'policy',
  'permission_set:assigned': 'permission_set',
}

/** Whatever is none of the words is meant as an action, and is judged as one. */
export function kindOfOperation(operation: string): OperationKind {
  return words[operation] ?? (operation.startsWith('user:') ? 'user' : 'session')
}

/**
 * `ec2:StartInstances,StopInstances` is two actions; one of another service carries its own prefix. AWS compares actions without
 * case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function parseActionList(operation: string): Result<readonly string[], Omit<Problem, 'path'>> {
  const [isUsers, written] = operation.startsWith('user:') ? [true, operation.slice(5)] : [false, operation]
  let service = ''
  const actions: string[] = []
  for (const part of written.split(',').map((each) => each.trim())) {
    const [prefix, name] = part.includes(':') ? halves(part) : [part === '*' ? '' : service, part]
    const isEverything = name === '*' && (prefix === '' || prefix === '*')
    if (!isEverything && !(SERVICE.test(prefix) && NAME.test(name) && !OURS.test(prefix) && !isMisspelt(part)))
      return fail(actionProblem(operation, isUsers))
    actions.push(isEverything ? '*' : `${prefix}:${name}`)
    service = prefix
  }
  return ok(actions)
}

const SERVICE = /^[a-z0-9-]+$/
const NAME = /^[A-Za-z0-9*?]+$/
/** No service of AWS's is called so. */
const OURS = /^(role|group|policy|user|permission-set)$/

/** `grup:member`: AWS writes its actions with a capital, and takes an unknown one without a word. */
function isMisspelt(part: string): boolean {
  return /:[a-z]/.test(part) && nearestWord(part, Object.keys(words)) !== undefined
}

function halves(part: string): readonly [string, string] {
  const at = part.indexOf(':')
  return [part.slice(0, at), part.slice(at + 1)]
}

function actionProblem(operation: string, isUsers: boolean): Omit<Problem, 'path'> {
  const form = 'an action of AWS such as s3:GetObject, ec2:StartInstances,StopInstances, s3:Get*'
  if (isUsers) return { expected: `user: and ${form}` }
  const suggestion = nearestWord(operation, Object.keys(words))
  return {
    expected: `${form}, the same behind user:, or one of ${Object.keys(words).join(', ')}`,
    ...(suggestion && { suggestion }),
  }
}
