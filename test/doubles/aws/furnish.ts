import { type CenterHands, centerHands, type PermissionSetOptions } from './center-hands.ts'
import { allowing } from './documents.ts'
import { type IamHands, iamHands, type KeyPair, type RoleOptions, type UserOptions } from './hands.ts'
import { type AwsState, arnOf } from './state.ts'

export type AccountOptions = {
  alias?: string
  users?: Record<string, UserOptions>
  /** With their members. */
  groups?: Record<string, string[]>
  roles?: Record<string, RoleOptions>
  /** Managed policies by name. */
  policies?: Record<string, string>
}

export type AwsCloudOptions = {
  accounts?: Record<string, AccountOptions>
  /** Where Thand's own user is; the first account unless told. */
  home?: string
  /** What Thand's user may do; everything unless told. */
  thandPolicies?: Record<string, string>
  /** With the content of their objects; in the home account unless told. */
  buckets?: Record<string, { account?: string; objects: Record<string, string> }>
  /** Managed by the home account unless told. */
  identityCenter?: {
    account?: string
    /** Names that are addresses. */
    users?: string[]
    /** With the names of their members. */
    groups?: Record<string, string[]>
    permissionSets?: Record<string, PermissionSetOptions>
  }
  /** No page of a list has more. */
  pageSize?: number
  now?: () => number
}

export type Furnished = {
  home: string
  thandArn: string
  credentials: KeyPair
  hands: (account?: string) => IamHands
  center: () => CenterHands
}

const usualAccount = '111122223333'

/** Puts in place what the test begins with. */
export function furnish(state: AwsState, now: () => number, options: AwsCloudOptions): Furnished {
  const { accounts = { [usualAccount]: {} }, home = Object.keys(accounts)[0] ?? usualAccount } = options
  const thandArn = arnOf(home, 'user', { path: '/', name: 'thand' })
  const hands = (account = home) => iamHands(state, account, { now, thand: thandArn })
  const center = () => centerHands(state, options.identityCenter?.account ?? home, now)
  for (const [id, account] of Object.entries(accounts)) {
    const by = hands(id)
    const made = state.accounts[id]
    if (made) made.alias = account.alias
    furnishAccount(by, account)
  }
  for (const [name, { account = home, objects }] of Object.entries(options.buckets ?? {}))
    state.buckets[name] = { account, objects: { ...objects } }
  if (options.identityCenter) furnishCenter(center(), options.identityCenter)
  const by = hands()
  by.createUser('thand')
  for (const [name, document] of Object.entries(options.thandPolicies ?? { everything: allowing('*') }))
    by.setInline('user', 'thand', name, document)
  return { home, thandArn, credentials: by.createKey('thand'), hands, center }
}

function furnishAccount(by: IamHands, { policies, users, roles, groups }: AccountOptions): void {
  for (const [name, document] of Object.entries(policies ?? {})) by.createPolicy(name, document)
  for (const [name, each] of Object.entries(users ?? {})) by.createUser(name, each)
  for (const [name, each] of Object.entries(roles ?? {})) by.createRole(name, each)
  for (const [name, members] of Object.entries(groups ?? {})) {
    by.createGroup(name)
    for (const member of members) by.setMember(name, member, true)
  }
}

function furnishCenter(by: CenterHands, options: NonNullable<AwsCloudOptions['identityCenter']>): void {
  for (const name of options.users ?? []) by.createUser(name)
  for (const [name, members] of Object.entries(options.groups ?? {})) {
    by.createGroup(name)
    for (const member of members) by.setMember(name, member, true)
  }
  for (const [name, each] of Object.entries(options.permissionSets ?? {})) by.createPermissionSet(name, each)
}
