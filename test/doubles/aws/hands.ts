import { trusting } from './documents.ts'
import { secretText, uniqueId } from './ids.ts'
import { parsePolicy } from './policy-document.ts'
import { type Account, type AwsState, arnOf, emptyAccount, held, newIdentity, type Rights, type Role } from './state.ts'

export type RoleOptions = {
  /** Whoever Thand is in its home account, unless told otherwise. */
  trust?: string
  maxSessionSeconds?: number
  policies?: Record<string, string>
  attached?: string[]
  boundary?: string
  path?: string
  tags?: Record<string, string>
  /** Thand works as this role in the account. */
  isThands?: boolean
}

export type UserOptions = { path?: string; boundary?: string; tags?: Record<string, string> }

export type KeyPair = { accessKeyId: string; secretAccessKey: string }

export type IamHands = {
  createUser(name: string, options?: UserOptions): void
  /** Out of its groups, with its keys. */
  deleteUser(name: string): void
  renameUser(old: string, next: string): void
  createGroup(name: string): void
  deleteGroup(name: string): void
  setMember(group: string, user: string, isMember: boolean): void
  createRole(name: string, options?: RoleOptions): void
  deleteRole(name: string): void
  /** Answers its ARN. */
  createPolicy(name: string, document: string): string
  deletePolicy(arn: string): void
  /** `undefined` takes the policy away. */
  setInline(kind: 'user' | 'group' | 'role', name: string, policy: string, document: string | undefined): void
  setAttached(kind: 'user' | 'group' | 'role', name: string, arn: string, isAttached: boolean): void
  createKey(user: string): KeyPair
  deleteKey(accessKeyId: string): void
}

/** What administrators do in one account, behind the back of whoever uses the API. */
export function iamHands(state: AwsState, id: string, { now, thand }: { now: () => number; thand: string }): IamHands {
  const account = held(state.accounts, id) ?? emptyAccount(id)
  state.accounts[id] = account
  return {
    createUser: (name, { path, boundary, tags = {} } = {}) => {
      account.users[name] = { ...newIdentity('AIDA', name, now(), path), boundary, tags }
    },
    deleteUser: (name) => deleteUser(state, account, name),
    renameUser: (old, next) => renameUser(state, account, old, next),
    createGroup: (name) => {
      account.groups[name] = { ...newIdentity('AGPA', name, now()), members: [] }
    },
    deleteGroup: (name) => void delete account.groups[name],
    setMember: (group, user, isMember) => {
      const found = there(account.groups, group)
      found.members = [...found.members.filter((each) => each !== user), ...(isMember ? [user] : [])]
    },
    createRole: (name, options = {}) => {
      account.roles[name] = newRole(name, { trust: trusting(thand), ...options }, now())
    },
    deleteRole: (name) => void delete account.roles[name],
    createPolicy: (name, document) => {
      parsePolicy(document)
      const arn = arnOf(id, 'policy', { path: '/', name })
      account.policies[arn] = { arn, name, id: uniqueId('ANPA'), document }
      return arn
    },
    deletePolicy: (arn) => void delete account.policies[arn],
    setInline: (kind, name, policy, document) => {
      const { inline } = identity(account, kind, name)
      if (document === undefined) delete inline[policy]
      else {
        parsePolicy(document)
        inline[policy] = document
      }
    },
    setAttached: (kind, name, arn, isAttached) => {
      const found = identity(account, kind, name)
      found.attached = [...found.attached.filter((each) => each !== arn), ...(isAttached ? [arn] : [])]
    },
    createKey: (user) => {
      const key = { id: uniqueId('AKIA'), secret: secretText(), account: id, user: there(account.users, user).name }
      state.accessKeys[key.id] = key
      return { accessKeyId: key.id, secretAccessKey: key.secret }
    },
    deleteKey: (accessKeyId) => void delete state.accessKeys[accessKeyId],
  }
}

function newRole(name: string, options: RoleOptions & { trust: string }, createdAt: number): Role {
  const { trust, policies = {}, attached = [], boundary, path, tags = {} } = options
  parsePolicy(trust, 'trust')
  for (const document of Object.values(policies)) parsePolicy(document)
  const rights = { inline: { ...policies }, attached: [...attached] }
  const rest = { maxSessionSeconds: options.maxSessionSeconds ?? 3600, isThands: options.isThands ?? false }
  return { ...newIdentity('AROA', name, createdAt, path), ...rights, trust, boundary, tags, ...rest }
}

function deleteUser({ accessKeys }: AwsState, account: Account, name: string): void {
  delete account.users[name]
  for (const group of Object.values(account.groups)) group.members = group.members.filter((each) => each !== name)
  for (const key of Object.values(accessKeys))
    if (key.account === account.id && key.user === name) delete accessKeys[key.id]
}

/** The id, the keys, the groups and the policies go along. */
function renameUser({ accessKeys }: AwsState, account: Account, old: string, next: string): void {
  if (held(account.users, next) !== undefined) throw new Error(`${next} is taken`)
  const user = there(account.users, old)
  delete account.users[old]
  account.users[next] = user
  user.name = next
  for (const group of Object.values(account.groups))
    group.members = group.members.map((each) => (each === old ? next : each))
  for (const key of Object.values(accessKeys)) if (key.account === account.id && key.user === old) key.user = next
}

function identity(account: Account, kind: 'user' | 'group' | 'role', name: string): Rights {
  const records: Record<typeof kind, Record<string, Rights>> = {
    user: account.users,
    group: account.groups,
    role: account.roles,
  }
  return there(records[kind], name)
}

function there<Value>(record: Readonly<Record<string, Value>>, name: string): Value {
  const found = held(record, name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}
