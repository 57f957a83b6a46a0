import {
  assignmentsOf,
  emptyIdentityCenter,
  type IdentityCenter,
  newPermissionSet,
  newStoreGroup,
  newStoreUser,
  type PermissionSet,
} from './identity-center.ts'
import { principalId } from './ids.ts'
import { parsePolicy } from './policy-document.ts'
import { reservedRole, setAssignment } from './provision.ts'
import { newCredential } from './session.ts'
import { type AwsState, held } from './state.ts'
import type { UsableCredential } from './use-credential.ts'

export type PermissionSetOptions = { sessionSeconds?: number; inline?: string; attached?: string[] }

/** Of a user or of a group, each by its name. */
export type AssignmentWords = { account: string; permissionSet: string } & ({ user: string } | { group: string })

export type CenterHands = {
  /** Answers the id. The email is the name where that is an address, unless told. */
  createUser(userName: string, email?: string): string
  /** Assignments of the user stay, as they do at AWS. */
  deleteUser(userName: string): void
  renameUser(old: string, next: string): void
  createGroup(name: string): string
  setMember(group: string, userName: string, isMember: boolean): void
  /** Answers the ARN. */
  createPermissionSet(name: string, options?: PermissionSetOptions): string
  deletePermissionSet(name: string): void
  /** At once. */
  setAssignment(assignment: AssignmentWords, isThere: boolean): void
  isAssigned(assignment: AssignmentWords): boolean
  /** What the person gets at the portal, if they or a group of theirs have the assignment. */
  signIn(userName: string, account: string, permissionSet: string): Required<UsableCredential>
}

/** What people do in Identity Center, behind the back of whoever uses the API. The first call founds it in this account. */
export function centerHands(state: AwsState, home: string, now: () => number): CenterHands {
  const center = state.identityCenter ?? emptyIdentityCenter(home)
  state.identityCenter = center
  return {
    createUser: (userName, email = userName.includes('@') ? userName : undefined) =>
      newStoreUser(center, userName, email).id,
    deleteUser: (userName) => {
      const { id } = userCalled(center, userName)
      delete center.users[id]
      for (const { members } of Object.values(center.groups)) delete members[id]
    },
    renameUser: (old, next) => {
      userCalled(center, old).userName = next
    },
    createGroup: (name) => newStoreGroup(center, name).id,
    setMember: (group, userName, isMember) => {
      const { members } = groupCalled(center, group)
      const { id } = userCalled(center, userName)
      if (isMember) members[id] ??= principalId()
      else delete members[id]
    },
    createPermissionSet: (name, { inline, ...options } = {}) => {
      if (inline !== undefined) parsePolicy(inline)
      const set = newPermissionSet(center, name, now())
      Object.assign(set, { ...options, inline })
      return set.arn
    },
    deletePermissionSet: (name) => void delete center.permissionSets[setCalled(center, name).arn],
    setAssignment: (words, isThere) => setAssignment(state, center, meant(center, words), { now: now(), isThere }),
    isAssigned: (words) => {
      const { target, permissionSet, principalId: id } = meant(center, words)
      const isIt = (each: (typeof center.assignments)[number]) =>
        each.permissionSet === permissionSet && each.principalId === id
      return center.assignments.some((each) => each.target === target && isIt(each))
    },
    signIn: (userName, account, permissionSet) =>
      signIn(state, center, { userName, account, permissionSet, now: now() }),
  }
}

type SignIn = { userName: string; account: string; permissionSet: string; now: number }

function signIn(state: AwsState, center: IdentityCenter, { userName, account, permissionSet, now }: SignIn) {
  const user = userCalled(center, userName)
  const set = setCalled(center, permissionSet)
  const isAssigned = assignmentsOf(center, 'USER', user.id).some(
    (each) => each.target === account && each.permissionSet === set.arn,
  )
  const target = held(state.accounts, account)
  const role = target && reservedRole(target, set)
  if (!isAssigned || !role) throw new Error(`${userName} has no ${permissionSet} in ${account}`)
  const credential = newCredential()
  state.sessions[credential.id] = {
    ...credential,
    account,
    role: role.name,
    roleId: role.id,
    name: userName,
    sourceIdentity: undefined,
    tags: {},
    transitiveTags: [],
    policies: undefined,
    issuedAt: now,
    expiresAt: now + set.sessionSeconds * 1000,
    isChained: false,
    identityStoreUser: user.id,
  }
  return { accessKeyId: credential.id, secretAccessKey: credential.secret, sessionToken: credential.token }
}

function meant(center: IdentityCenter, words: AssignmentWords) {
  const where = { target: words.account, permissionSet: setCalled(center, words.permissionSet).arn }
  if ('user' in words)
    return { ...where, principalType: 'USER' as const, principalId: userCalled(center, words.user).id }
  return { ...where, principalType: 'GROUP' as const, principalId: groupCalled(center, words.group).id }
}

function userCalled({ users }: IdentityCenter, userName: string) {
  return found(
    userName,
    Object.values(users).find((each) => each.userName === userName),
  )
}

function groupCalled({ groups }: IdentityCenter, name: string) {
  return found(
    name,
    Object.values(groups).find((each) => each.name === name),
  )
}

function setCalled({ permissionSets }: IdentityCenter, name: string): PermissionSet {
  return found(
    name,
    Object.values(permissionSets).find((each) => each.name === name),
  )
}

function found<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) throw new Error(`there is no ${name}`)
  return value
}
