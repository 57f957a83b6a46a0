import { type Assignment, type IdentityCenter, isSame, type PermissionSet, type Running } from './identity-center.ts'
import { type Account, type AwsState, held, newIdentity, type Role } from './state.ts'

const path = '/aws-reserved/sso.amazonaws.com/'

/** Ends what is due. A look counts as one of the polls that an operation waits for. */
export function proceed(state: AwsState, now: number, isLook: boolean): void {
  const { identityCenter: center } = state
  if (!center) return
  for (const operation of center.operations) {
    if (!isFinishing(operation, now, isLook)) continue
    const { target, permissionSet, principalType, principalId, kind } = operation
    const assignment: Assignment = { target, permissionSet, principalType, principalId }
    setAssignment(state, center, assignment, { now, isThere: kind === 'create' })
  }
  for (const each of center.provisionings)
    if (isFinishing(each, now, isLook))
      for (const account of provisionedAt(state, center, each)) provision(account, center, each.permissionSet, now)
}

/** Whether it comes to its end now, and with success. */
function isFinishing(operation: Running, now: number, isLook: boolean): boolean {
  if (operation.status !== 'IN_PROGRESS') return false
  if (operation.pollsLeft > 0 || now < operation.finishesAt) {
    if (isLook) operation.pollsLeft--
    return false
  }
  operation.status = operation.failure === undefined ? 'SUCCEEDED' : 'FAILED'
  return operation.failure === undefined
}

/** The role stays in the account when the last assignment goes: whoever is signed in works on to the end of the session. */
export function setAssignment(
  state: AwsState,
  center: IdentityCenter,
  assignment: Assignment,
  { now, isThere }: { now: number; isThere: boolean },
): void {
  center.assignments = center.assignments.filter((each) => !isSame(each, assignment))
  if (!isThere) return
  center.assignments.push(assignment)
  const account = held(state.accounts, assignment.target)
  const set = held(center.permissionSets, assignment.permissionSet)
  if (account && set && !reservedRole(account, set)) provision(account, center, set.arn, now)
}

/** The role that stands for the permission set in an account. */
export function reservedRole(account: Account, set: PermissionSet): Role | undefined {
  return held(account.roles, roleName(set))
}

export function isReserved({ path: place }: Pick<Role, 'path'>): boolean {
  return place === path
}

function roleName({ name, arn }: PermissionSet): string {
  return `AWSReservedSSO_${name}_${arn.slice(-16)}`
}

function provisionedAt(
  { accounts }: AwsState,
  center: IdentityCenter,
  { target, permissionSet }: { target: string | undefined; permissionSet: string },
): readonly Account[] {
  const set = held(center.permissionSets, permissionSet)
  const meant = target === undefined ? Object.values(accounts) : [held(accounts, target)]
  return meant.flatMap((each) => (each && set && reservedRole(each, set) ? [each] : []))
}

function provision(account: Account, center: IdentityCenter, arn: string, now: number): void {
  const set = held(center.permissionSets, arn)
  if (!set) return
  const inline: Record<string, string> = set.inline === undefined ? {} : { AwsSSOInlinePolicy: set.inline }
  const role = reservedRole(account, set) ?? newReservedRole(account, set, now)
  account.roles[role.name] = Object.assign(role, { inline, attached: [...set.attached] })
}

function newReservedRole({ id }: Account, set: PermissionSet, now: number): Role {
  const Principal = { Federated: `arn:aws:iam::${id}:saml-provider/AWSSSO_DO_NOT_DELETE` }
  const Action = ['sts:AssumeRoleWithSAML', 'sts:TagSession']
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action }] })
  const rest = { boundary: undefined, tags: {}, maxSessionSeconds: 43_200, isThands: false }
  return { ...newIdentity('AROA', roleName(set), now, path), trust, ...rest }
}
