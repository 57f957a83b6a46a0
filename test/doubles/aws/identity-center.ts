import { hexId, principalId } from './ids.ts'

export type PrincipalType = 'USER' | 'GROUP'

/** Who has which permission set in which account. */
export type Assignment = { target: string; permissionSet: string; principalType: PrincipalType; principalId: string }

export type PermissionSet = {
  arn: string
  name: string
  sessionSeconds: number
  inline: string | undefined
  managed: string[]
  /** What each account was given of the inline policy the last time that it was provisioned. */
  provisioned: Record<string, string | undefined>
  createdAt: number
}

export type AssignmentOperation = Assignment & {
  id: string
  kind: 'create' | 'delete'
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED'
  failure: string | undefined
  startedAt: number
  finishesAt: number
  pollsLeft: number
}

export type Provisioning = { id: string; permissionSet: string; target: string | undefined; startedAt: number }

export type StoreUser = { id: string; userName: string; email: string | undefined; displayName: string }
export type StoreGroup = { id: string; displayName: string; members: Record<string, string> }

/** IAM Identity Center: one instance, in the account that manages it, with its identity store. */
export type IdentityCenter = {
  account: string
  instanceArn: string
  storeId: string
  users: Record<string, StoreUser>
  groups: Record<string, StoreGroup>
  permissionSets: Record<string, PermissionSet>
  assignments: Assignment[]
  operations: AssignmentOperation[]
  provisionings: Provisioning[]
  /** How an operation on an assignment goes. It is over when the time has passed and it was looked at so often. */
  pace: { ms: number; polls: number }
  /** Reasons for which the next operations fail. */
  failures: string[]
}

export function emptyIdentityCenter(account: string): IdentityCenter {
  return {
    account,
    instanceArn: `arn:aws:sso:::instance/ssoins-${hexId(16)}`,
    storeId: `d-${hexId(10)}`,
    users: {},
    groups: {},
    permissionSets: {},
    assignments: [],
    operations: [],
    provisionings: [],
    pace: { ms: 0, polls: 1 },
    failures: [],
  }
}

export function newPermissionSet(center: IdentityCenter, name: string, createdAt: number): PermissionSet {
  const arn = `arn:aws:sso:::permissionSet/${center.instanceArn.split('/')[1]}/ps-${hexId(16)}`
  const made = { arn, name, sessionSeconds: 3600, inline: undefined, managed: [], provisioned: {}, createdAt }
  center.permissionSets[arn] = made
  return made
}

export function newStoreUser(center: IdentityCenter, userName: string, email: string | undefined): StoreUser {
  const made = { id: principalId(), userName, email, displayName: userName }
  center.users[made.id] = made
  return made
}

export function isSame(one: Assignment, other: Assignment): boolean {
  return (
    one.target === other.target &&
    one.permissionSet === other.permissionSet &&
    one.principalType === other.principalType &&
    one.principalId === other.principalId
  )
}

/** Ends what is due. A look counts as one of the polls that an operation waits for. */
export function proceed(center: IdentityCenter, now: number, isLook: boolean): void {
  for (const operation of center.operations.filter(({ status }) => status === 'IN_PROGRESS')) {
    if (operation.pollsLeft <= 0 && now >= operation.finishesAt) finish(center, operation)
    else if (isLook) operation.pollsLeft--
  }
}

function finish(center: IdentityCenter, operation: AssignmentOperation): void {
  operation.status = operation.failure === undefined ? 'SUCCEEDED' : 'FAILED'
  if (operation.failure !== undefined) return
  const { target, permissionSet, principalType, principalId: principal } = operation
  const assignment: Assignment = { target, permissionSet, principalType, principalId: principal }
  center.assignments = center.assignments.filter((each) => !isSame(each, assignment))
  if (operation.kind === 'create') center.assignments.push(assignment)
}
