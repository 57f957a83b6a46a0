import { allowing } from './documents.ts'
import type { IdentityCenter } from './identity-center.ts'
import { uniqueId } from './ids.ts'

/** What AWS knows. Tests may read it and write to it directly. Documents are kept as the texts in which they came. */
export type AwsState = {
  accounts: Record<string, Account>
  /** Keys of users, until they are deleted. */
  accessKeys: Record<string, AccessKey>
  /** By the id of the key. */
  sessions: Record<string, Session>
  /** `policy` is for everybody: its statements name no principal. */
  buckets: Record<string, { account: string; objects: Record<string, string>; policy?: string }>
  signinTokens: Record<string, { session: string; expiresAt: number }>
  identityCenter: IdentityCenter | undefined
}

export type Account = {
  id: string
  alias: string | undefined
  users: Record<string, User>
  groups: Record<string, Group>
  roles: Record<string, Role>
  /** Those of the account, by ARN. */
  policies: Record<string, ManagedPolicy>
}

/** What a user, a group or a role may do. */
export type Rights = {
  inline: Record<string, string>
  /** ARNs of managed policies. */
  attached: string[]
}

export type Identity = Rights & { name: string; id: string; path: string; createdAt: number }
export type User = Identity & { boundary: string | undefined; tags: Record<string, string> }
export type Group = Identity & { members: string[] }
export type Role = Identity & {
  trust: string
  boundary: string | undefined
  tags: Record<string, string>
  maxSessionSeconds: number
  /** Thand works as this role in the account: what breaks Thand's credential breaks its sessions. */
  isThands: boolean
}
export type ManagedPolicy = { arn: string; name: string; id: string; document: string }

export type AccessKey = { id: string; secret: string; account: string; user: string }

export type Session = {
  id: string
  secret: string
  token: string
  account: string
  role: string
  /** Dies with the role, also when another takes its name. */
  roleId: string
  name: string
  sourceIdentity: string | undefined
  tags: Record<string, string>
  transitiveTags: string[]
  /** Further limits: what all of these texts together do not allow is not allowed. */
  policies: string[] | undefined
  issuedAt: number
  expiresAt: number
  isChained: boolean
  /** Came by Identity Center. */
  identityStoreUser: string | undefined
}

export function emptyState(): AwsState {
  return { accounts: {}, accessKeys: {}, sessions: {}, buckets: {}, signinTokens: {}, identityCenter: undefined }
}

export function emptyAccount(id: string, alias?: string): Account {
  return { id, alias, users: {}, groups: {}, roles: {}, policies: {} }
}

export function newIdentity(prefix: 'AIDA' | 'AGPA' | 'AROA', name: string, createdAt: number, path = '/'): Identity {
  return { name, id: uniqueId(prefix), path, createdAt, inline: {}, attached: [] }
}

/** An own property only: somebody may be called `constructor`. */
export function held<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

export function arnOf(account: string, kind: 'user' | 'group' | 'role' | 'policy', at: { path: string; name: string }) {
  return `arn:aws:iam::${account}:${kind}${at.path}${at.name}`
}

/** AWS's own policies are in no account. */
export const amazonPolicies: Readonly<Record<string, string>> = {
  'arn:aws:iam::aws:policy/AdministratorAccess': allowing('*'),
  'arn:aws:iam::aws:policy/ReadOnlyAccess': allowing('s3:Get*', 's3:List*', 'iam:Get*', 'iam:List*'),
  'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess': allowing('s3:Get*', 's3:List*', 's3:Describe*'),
  'arn:aws:iam::aws:policy/AmazonS3FullAccess': allowing('s3:*', 's3-object-lambda:*'),
}

export function documentOf({ policies }: Pick<Account, 'policies'>, arn: string): string | undefined {
  return held(policies, arn)?.document ?? held(amazonPolicies, arn)
}
