import { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { refused, unknownFault, unseen } from '../common/faults.ts'
import type { Answered } from './faults.ts'
import { type AskingIam, askIam, listIam } from './iam.ts'
import { type OwnIdentity, ownIdentity } from './own-identity.ts'
import type { AccountCall } from './slot-kind.ts'

/** Of a user: no path, no ARN, no wildcard. https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html */
const NAME = /^[\w+=,.@-]{1,64}$/
/** Of a user and of nobody else. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const ID = /^AIDA[A-Z0-9]{12,124}$/

interface User {
  readonly id: string
  readonly name: string
}

const userShape = z
  .object({ UserId: z.string().regex(ID), UserName: z.string().regex(NAME) })
  .transform(({ UserId, UserName }): User => ({ id: UserId, name: UserName }))

const boundaryShape = z.object({ User: z.object({ PermissionsBoundary: z.unknown().optional() }) })

/**
 * A user of IAM in our account, by the pinned id, which survives a rename, or else by today's name. Roles, the root of the account and people who
 * are federated into it have no slots: they are refused, and so is the user that we act as.
 */
export async function resolveUser(
  call: AccountCall,
  { login, id }: { readonly login: string; readonly id?: string },
): Promise<Result<Subject, Fault>> {
  if (id === undefined ? !NAME.test(login) : !ID.test(id)) return fail(noUser)
  const [own, found] = await Promise.all([
    ownIdentityIn(call),
    id === undefined ? getUser(call, login) : findById(call, { id, login }),
  ])
  if (!own.ok) return own
  if (!found.ok) return fail(found.error.kind === 'missing' ? nobody : found.error)
  if (found.value === undefined) return fail(nobody)
  if (found.value.id === own.value.userId) return fail(refused('subject_is_ours', 'the user is the one that we act as'))
  return ok({ id: found.value.id, login: found.value.name })
}

/** Undefined: we see the account, and nobody in it has the id. */
export async function nameToday(call: AccountCall, { id, login }: Subject): Promise<Result<string | undefined, Fault>> {
  if (!ID.test(id)) return fail(foreign)
  const found = await findById(call, { id, login })
  return found.ok ? ok(found.value?.name) : found
}

/**
 * What IAM answers about the user under today's name. The name from earlier is asked about in the same moment, and that answer counts only if
 * the id has it still: one round trip where nobody was renamed. Undefined where we see the account, and nobody in it has the id.
 */
export async function underNameToday<T>(
  call: AccountCall,
  { id, login }: Subject,
  ask: (name: string) => Promise<Answered<T>>,
): Promise<Result<T | undefined, Fault>> {
  if (!ID.test(id)) return fail(foreign)
  const early = NAME.test(login) ? ask(login) : undefined
  const [found, asked] = await Promise.all([findById(call, { id, login }), early])
  if (!found.ok) return found
  if (found.value === undefined) return ok(undefined)
  const { name } = found.value
  const answer = asked !== undefined && name === login ? asked : await ask(name)
  if (answer.ok) return answer
  return fail(answer.error.kind === 'missing' ? unknownFault('the user went while we looked') : answer.error)
}

/**
 * IAM knows no user by an id: whoever has the name of earlier is looked at, and where that is somebody else, or nobody, all users of the account
 * are: one request for each thousand, of five thousand at most (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html, API_ListUsers.html
 */
async function findById(
  call: AccountCall,
  { id, login }: { readonly id: string; readonly login: string },
): Promise<Result<User | undefined, Fault>> {
  const found: Answered<User> = NAME.test(login) ? await getUser(call, login) : fail({ kind: 'missing' })
  if (found.ok && found.value.id === id) return found
  if (!found.ok && found.error.kind !== 'missing') return fail(found.error)
  const [own, users] = await Promise.all([ownIdentityIn(call), listUsers(call)])
  if (!own.ok) return own
  if (users.ok) return ok(users.value.find((user) => user.id === id))
  return fail(users.error.kind === 'missing' ? unseen('AWS does not show the users of the account') : users.error)
}

/**
 * Whether a permissions boundary is set on the user. Only an answer about one user tells it; lists leave it out.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
 */
export async function hasBoundary(call: AccountCall, name: string): Promise<Answered<boolean>> {
  const answer = await askIam(call, boundaryShape, askingFor(name))
  return answer.ok ? ok(answer.value.User.PermissionsBoundary !== undefined) : answer
}

/** Of another account nobody has been seen, whoever is in it. */
async function ownIdentityIn(call: AccountCall): Promise<Result<OwnIdentity, Fault>> {
  const own = await ownIdentity(call)
  if (!own.ok || own.value.account === call.account) return own
  return fail(unseen('our credential is of another account'))
}

async function getUser(call: AccountCall, name: string): Promise<Answered<User>> {
  const answer = await askIam(call, z.object({ User: userShape }), askingFor(name))
  return answer.ok ? ok(answer.value.User) : answer
}

function askingFor(UserName: string) {
  return ({ sdk, client, options }: AskingIam) => client.send(new sdk.GetUserCommand({ UserName }), options)
}

function listUsers(call: AccountCall): Promise<Answered<readonly User[]>> {
  return listIam(call, {
    name: 'Users',
    item: userShape,
    page: ({ sdk, client, options }, at) => client.send(new sdk.ListUsersCommand(at), options),
  })
}

const nobody = refused('subject_unknown', 'AWS knows no such user')
const noUser = refused('invalid', 'an account is the name of a user of IAM, such as ann: no role, path or ARN')
const foreign = unseen('the id is no user’s')
