import type { Context } from './conditions.ts'
import type { Layers, NamedPolicy } from './evaluate.ts'
import { isoSeconds } from './query-protocol.ts'
import { Refusal } from './refusal.ts'
import { type Account, type AwsState, arnOf, documentOf, held, type Role, type Session, type User } from './state.ts'

/** Who signed a request. */
export type Caller = {
  keyId: string
  secret: string
  account: string
  arn: string
  userId: string
  /** The names under which a trust policy may mean them. */
  principals: readonly string[]
  isThands: boolean
} & ({ kind: 'user'; user: User } | { kind: 'session'; role: Role; session: Session })

/** Whose key it is, while it works. */
export function findCaller(state: AwsState, keyId: string, token: string | undefined, now: number): Caller {
  const key = held(state.accessKeys, keyId)
  const user = key && held(held(state.accounts, key.account)?.users ?? {}, key.user)
  if (key && user && token === undefined) {
    const arn = arnOf(key.account, 'user', user)
    const whole = { account: key.account, arn, userId: user.id, principals: [arn, ...accountNames(key.account)] }
    return { kind: 'user', keyId, secret: key.secret, user, isThands: key.user === 'thand', ...whole }
  }
  const session = held(state.sessions, keyId)
  const role = session && held(held(state.accounts, session.account)?.roles ?? {}, session.role)
  if (!session || session.token !== token || role?.id !== session.roleId) throw unknownToken()
  if (session.expiresAt <= now)
    throw new Refusal('ExpiredToken', 403, 'The security token included in the request is expired')
  const arn = `arn:aws:sts::${session.account}:assumed-role/${role.name}/${session.name}`
  const principals = [arn, arnOf(session.account, 'role', role), ...accountNames(session.account)]
  const who = { account: session.account, arn, userId: `${role.id}:${session.name}`, principals }
  return { kind: 'session', keyId, secret: session.secret, role, session, isThands: role.isThands, ...who }
}

export function unknownToken(): Refusal {
  return new Refusal('InvalidClientTokenId', 403, 'The security token included in the request is invalid.')
}

function accountNames(account: string): readonly string[] {
  return [`arn:aws:iam::${account}:root`, account]
}

/** The policies that limit the caller, as the accounts have them. */
export function layersOf(caller: Caller, accounts: Readonly<Record<string, Account>>): Layers {
  const account = held(accounts, caller.account)
  if (!account) return { identity: [] }
  const identity =
    caller.kind === 'user' ? held(account.users, caller.user.name) : held(account.roles, caller.role.name)
  if (!identity) return { identity: [] }
  const groups = caller.kind === 'user' ? Object.values(account.groups) : []
  const all = [identity, ...groups.filter(({ members }) => members.includes(identity.name))]
  const { boundary } = identity
  return {
    identity: all.flatMap((each) => [
      ...Object.entries(each.inline).map(([name, document]) => ({ name, document })),
      ...each.attached.flatMap((arn) => managed(account, arn)),
    ]),
    boundary: boundary === undefined ? undefined : managed(account, boundary),
    session:
      caller.kind === 'session'
        ? caller.session.policies?.map((document) => ({ name: 'session policy', document }))
        : undefined,
  }
}

function managed(account: Account, arn: string): readonly NamedPolicy[] {
  const document = documentOf(account, arn)
  return document === undefined ? [] : [{ name: arn, document }]
}

/** What conditions may ask about the caller and the moment. */
export function contextOf(caller: Caller, now: number): Context {
  const tags = caller.kind === 'user' ? caller.user.tags : { ...caller.role.tags, ...caller.session.tags }
  const tagged = Object.entries(tags).map(([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, value])
  return {
    'aws:currenttime': new Date(now).toISOString(),
    'aws:epochtime': String(Math.floor(now / 1000)),
    'aws:userid': caller.userId,
    'aws:principalaccount': caller.account,
    'aws:principaltype': caller.kind === 'user' ? 'User' : 'AssumedRole',
    'aws:securetransport': 'true',
    'aws:sourceip': '127.0.0.1',
    'aws:requestedregion': 'us-east-1',
    ...Object.fromEntries(tagged),
    ...(caller.kind === 'user'
      ? ofUser(caller.arn, caller.user)
      : ofSession(caller.account, caller.role, caller.session)),
  }
}

function ofUser(arn: string, { name }: User): Context {
  return { 'aws:username': name, 'aws:principalarn': arn }
}

function ofSession(account: string, role: Role, session: Session): Context {
  return {
    'aws:principalarn': arnOf(account, 'role', role),
    'aws:tokenissuetime': isoSeconds(session.issuedAt),
    'aws:multifactorauthpresent': 'false',
    ...(session.sourceIdentity !== undefined && { 'aws:sourceidentity': session.sourceIdentity }),
    ...(session.identityStoreUser !== undefined && { 'identitystore:userid': session.identityStoreUser }),
  }
}
