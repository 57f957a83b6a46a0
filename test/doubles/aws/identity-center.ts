import { hexId, principalId } from './ids.ts'

export type PrincipalType = 'USER' | 'GROUP'

/** Who has which permission set in which account. */
export type Assignment = { target: string; permissionSet: string; principalType: PrincipalType; principalId: string }

export type PermissionSet = {
  arn: string
  name: string
  sessionSeconds: number
  /** Counts in an account only after the set was provisioned there. */
  inline: string | undefined
  /** ARNs of policies. */
  attached: string[]
  createdAt: number
}

export type Running = {
  id: string
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED'
  failure: string | undefined
  startedAt: number
  finishesAt: number
  pollsLeft: number
}

export type AssignmentOperation = Running & Assignment & { kind: 'create' | 'delete' }
/** Without a target it is for every account that has the set. */
export type Provisioning = Running & { permissionSet: string; target: string | undefined }

export type StoreUser = { id: string; userName: string; email: string | undefined }
/** Members are ids of users, each with the id of the membership. */
export type StoreGroup = { id: string; name: string; members: Record<string, string> }

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
  /** An operation is over when the time has passed and it was looked at so often. */
  pace: { ms: number; polls: number }
  /** Reasons for which the next operations fail, in their order. */
  failures: string[]
  /** What becomes of the deletion of an assignment that is not there. Tests go through all three: AWS does not say. */
  deletingAbsent: 'refused' | 'failed' | 'succeeded'
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
    deletingAbsent: 'refused',
  }
}

export function newPermissionSet(center: IdentityCenter, name: string, createdAt: number): PermissionSet {
  const arn = `arn:aws:sso:::permissionSet/${center.instanceArn.split('/')[1]}/ps-${hexId(16)}`
  const made: PermissionSet = { arn, name, sessionSeconds: 3600, inline: undefined, attached: [], createdAt }
  center.permissionSets[arn] = made
  return made
}

export function newStoreUser(center: IdentityCenter, userName: string, email: string | undefined): StoreUser {
  const made = { id: principalId(), userName, email }
  center.users[made.id] = made
  return made
}

export function newStoreGroup(center: IdentityCenter, name: string): StoreGroup {
  const made: StoreGroup = { id: principalId(), name, members: {} }
  center.groups[made.id] = made
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

/** Their own assignments, and those of their groups. */
export function assignmentsOf(center: IdentityCenter, type: PrincipalType, id: string): readonly Assignment[] {
  const groups = Object.values(center.groups).filter(({ members }) => type === 'USER' && Object.hasOwn(members, id))
  const ids = [id, ...groups.map((each) => each.id)]
  return center.assignments.filter((each) => ids.includes(each.principalId))
}
