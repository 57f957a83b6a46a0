import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { refused, unseen } from '../common/faults.ts'
import type { Answered, GithubCall } from './client.ts'
import { type Account, accountShape } from './shapes.ts'

/** Letters, digits and hyphens, with an underscore in enterprise-managed names; never a dot, which a path would obey. */
const LOGIN = /^[a-z\d][a-z\d_-]{0,99}$/i
const ID = /^[1-9]\d{0,14}$/

/**
 * The account by its pinned id, which survives a rename, or else by today's login.
 * https://docs.github.com/en/rest/users/users#get-a-user and #get-a-user-using-their-id
 */
export function findAccount(
  call: GithubCall,
  { login, id }: { readonly login: string; readonly id?: string },
): Promise<Answered<Account>> {
  return id === undefined ? accountByLogin(call, login) : accountById(call, id)
}

/** A person's account that is not our own; `ownId` is whose credential we use, nobody's for an App. */
export function subjectOf(found: Answered<Account>, ownId: number | undefined): Result<Subject, Fault> {
  if (!found.ok) return fail(found.error.kind === 'missing' ? nobody : found.error)
  const { id, login, type } = found.value
  if (type !== 'User') return fail(refused('invalid', 'the account is not a person’s'))
  if (id === ownId) return fail(refused('subject_is_ours', 'the account is the one that we act with'))
  return ok({ id: String(id), login })
}

/** Whose token it is; nobody's for an App. https://docs.github.com/en/rest/users/users#get-the-authenticated-user */
export async function ownAccountId(call: GithubCall): Promise<Result<number | undefined, Fault>> {
  if (call.isApp) return ok(undefined)
  const own = await call.ask('GET /user', {}, accountShape)
  if (own.ok) return ok(own.value.id)
  return fail(own.error.kind === 'missing' ? unseen('GitHub does not show our own account') : own.error)
}

/** Today's login. A login from earlier is never written to: somebody else may have taken it. */
export async function loginToday(call: GithubCall, subject: Subject): Promise<Result<string | undefined, Fault>> {
  const found = await accountById(call, subject.id)
  if (found.ok) return ok(found.value.login)
  return found.error.kind === 'missing' ? ok(undefined) : fail(found.error)
}

/**
 * What GitHub answers about the account under today's login. The login from earlier is asked about in the same moment, and
 * that answer counts only if it is today's still: one round trip where nobody was renamed. Undefined when the account is gone.
 */
export async function underLoginToday<T>(
  call: GithubCall,
  subject: Subject,
  ask: (login: string) => Promise<T>,
): Promise<Result<{ readonly login: string; readonly answer: T } | undefined, Fault>> {
  const early = LOGIN.test(subject.login) ? ask(subject.login) : undefined
  const [today, answer] = await Promise.all([loginToday(call, subject), early])
  if (!today.ok) return today
  const login = today.value
  if (login === undefined) return ok(undefined)
  return ok({ login, answer: answer !== undefined && login === subject.login ? answer : await ask(login) })
}

async function accountByLogin(call: GithubCall, login: string): Promise<Answered<Account>> {
  if (!LOGIN.test(login)) return fail({ kind: 'missing' })
  return call.ask('GET /users/{username}', { username: login }, accountShape)
}

async function accountById(call: GithubCall, id: string): Promise<Answered<Account>> {
  if (!ID.test(id)) return fail({ kind: 'missing' })
  const found = await call.ask('GET /user/{account_id}', { account_id: id }, accountShape)
  if (found.ok && !LOGIN.test(found.value.login)) return fail(refused('invalid', 'the account is not a person’s'))
  return found
}

const nobody = refused('subject_unknown', 'GitHub knows no such account')
