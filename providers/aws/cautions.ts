import type { Caution, Permission, Permissions } from '../../src/ports/provider.ts'
import { kindOfOperation, parseActionList } from './operations.ts'

/** What a role allows that hardly anybody means, in words: the path is that of the operation. Never a problem: it may be meant. */
export function cautionsOn({ allow, deny }: Permissions): readonly Caution[] {
  const onAllowed = allow.flatMap((permission, index) =>
    permission.operations.flatMap((operation, nth) => {
      const words = wordsOn(permission, operation)
      return words === undefined ? [] : [{ path: ['allow', index, 'operations', nth], words }]
    }),
  )
  return [...onAllowed, ...cautionsOnDenied(allow, deny)]
}

/** An action is denied to sessions: what the role gives to the user in other ways goes on. */
function cautionsOnDenied(allow: readonly Permission[], deny: readonly Permission[]): readonly Caution[] {
  const given = new Set(allow.flatMap(({ operations }) => operations.map(kindOfOperation)))
  const denied = deny.flatMap(({ operations }) => operations)
  return deny.flatMap(({ operations }, index) =>
    operations.flatMap((operation, nth): readonly Caution[] => {
      if (kindOfOperation(operation) !== 'session') return []
      const alsoBehindUser = given.has('user') && !denied.includes(`user:${operation}`)
      const ways = [...(alsoBehindUser ? ['user:'] : []), ...(given.has('policy') ? ['policy:attached'] : [])]
      if (ways.length === 0) return []
      const words = `denies it to sessions alone: what the role gives by ${ways.join(' and ')} is not narrowed`
      return [{ path: ['deny', index, 'operations', nth], words }]
    }),
  )
}

function wordsOn({ targets }: Permission, operation: string): string | undefined {
  const kind = kindOfOperation(operation)
  if (kind === 'role') return `allows everything that the role ${targets[0] ?? ''} may, whatever that is by then`
  if (kind === 'policy') return attachedWords(targets)
  if (kind !== 'session' && kind !== 'user') return undefined
  const parsed = parseActionList(operation)
  if (!parsed.ok || !isEverywhere(targets)) return undefined
  return wordsOnActions(parsed.value, kind === 'user' ? 'in the account' : "that the sessions' role may")
}

/** The worst is said, once. */
function wordsOnActions(actions: readonly string[], within: string): string | undefined {
  if (actions.includes('*')) return `allows everything ${within}`
  const lasting = LASTING.find((one) => actions.some((action) => covers(action, one)))
  if (lasting !== undefined) return `allows ${lasting} on everything: what is made with it stays after the end`
  const acting = ACTING_AS_OTHERS.find(([one]) => actions.some((action) => covers(action, one)))
  if (acting !== undefined) return `allows ${acting[0]} on everything: ${acting[1]}`
  const whole = actions.find((action) => /:[*?]*\*[*?]*$/.test(action))
  return whole === undefined ? undefined : `allows everything of ${whole.split(':')[0]}, on everything`
}

/**
 * Ways to rights that outlive the grant.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
 */
const LASTING: readonly string[] = [
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:UpdateLoginProfile',
  'iam:CreateUser',
  'iam:CreateRole',
  'iam:AddUserToGroup',
  'iam:AttachUserPolicy',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:PutUserPolicy',
  'iam:PutGroupPolicy',
  'iam:PutRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:CreatePolicyVersion',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'sso:CreateAccountAssignment',
]

const ACTING_AS_OTHERS: readonly (readonly [string, string])[] = [
  ['sts:AssumeRole', 'a session made with it does not end with the grant'],
  ['iam:PassRole', 'a service works with the rights of whatever role it is handed'],
]

/** `*`, or every resource of a service. */
function isEverywhere(targets: readonly string[]): boolean {
  return (
    targets.length === 0 ||
    targets.some((target) =>
      /^(\*|arn:[^:]+:[^:]*:[^:]*:[^:]*:((role|user|group)\/)?[*?]*\*(\/[*?]*\*)?)$/.test(target),
    )
  )
}

function covers(pattern: string, action: string): boolean {
  const written = pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${written.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(action.toLowerCase())
}

const POWERFUL = /^arn:[\w-]+:iam::aws:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/

function attachedWords(arns: readonly string[]): string | undefined {
  const name = arns.map((arn) => POWERFUL.exec(arn)?.[1]).find((found) => found !== undefined)
  return name === undefined ? undefined : `attaches ${name}, which AWS does not end by itself`
}
