import type { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault, Observation } from '../../src/ports/provider.ts'
import { type Missing, refused, unauthorized, unknownFault } from '../common/faults.ts'
import type { Answered, GithubCall } from './client.ts'
import { accountShape, anyShape, invitationShape, membershipShape } from './shapes.ts'
import { sightOf } from './sight.ts'
import { loginToday, underLoginToday } from './subjects.ts'

const MEMBERSHIP = '/orgs/{org}/memberships/{username}'

/** Where the person stands in the organisation. A 404 is absence only if our credential sees the inside. */
export async function observeOrganisation(call: GithubCall, subject: Subject): Promise<Result<Observation, Fault>> {
  const seen = await underLoginToday(call, subject, (login) => membershipOf(call, login))
  if (!seen.ok) return seen
  return seen.value === undefined ? absenceOfNobody(call, subject) : placeIn(call, subject, seen.value.answer)
}

/** As `observeOrganisation`, for a login that was looked up in the same call. */
export async function observeLogin(
  call: GithubCall,
  subject: Subject,
  login: string,
): Promise<Result<Observation, Fault>> {
  return placeIn(call, subject, await membershipOf(call, login))
}

export type Membership = Answered<z.infer<typeof membershipShape>>

export function membershipOf(call: GithubCall, login: string): Promise<Membership> {
  return call.ask(`GET ${MEMBERSHIP}`, { username: login }, membershipShape)
}

/** What an answer about the membership under today's login means. */
export async function placeIn(
  call: GithubCall,
  subject: Subject,
  found: Membership,
): Promise<Result<Observation, Fault>> {
  if (!found.ok) return found.error.kind === 'missing' ? absenceIfSeen(call) : fail(found.error)
  const { state, role, user } = found.value
  if (String(user.id) !== subject.id) return fail(unknownFault('the login passed to another account meanwhile'))
  if (role === 'billing_manager') return fail(refused('invalid', 'a billing manager has a role that is not a level'))
  return ok({ kind: state === 'active' ? 'at' : 'invited', level: role })
}

/**
 * An account without a public page: deleted, or hidden by GitHub. It is absent if it is not in the list of members
 * either, which our credential must see in full. https://docs.github.com/en/rest/orgs/members#list-organization-members
 */
export async function absenceOfNobody(call: GithubCall, subject: Subject): Promise<Result<Observation, Fault>> {
  const absent = await absenceIfSeen(call)
  if (!absent.ok) return absent
  const members = await call.list('GET /orgs/{org}/members', {}, accountShape)
  if (!members.ok) return fail(members.error.kind === 'missing' ? unknownFault('no list of members') : members.error)
  const isListed = members.value.some(({ id }) => String(id) === subject.id)
  return isListed ? fail(unknownFault('GitHub lists the account as a member and does not show it')) : absent
}

/**
 * Somebody from outside gets an invitation.
 * https://docs.github.com/en/rest/orgs/members#set-organization-membership-for-a-user
 */
export async function raiseInOrganisation(
  call: GithubCall,
  subject: Subject,
  to: string,
): Promise<Result<undefined, Fault>> {
  const login = await loginToday(call, subject)
  if (!login.ok) return login
  if (login.value === undefined) return fail(refused('subject_unknown', 'the account is gone'))
  return putMembership(call, subject, { login: login.value, role: to })
}

/**
 * An invitation is cancelled, and nothing else with it; a member is removed, or gets the lower role back. GitHub would
 * invite somebody again who was removed since the read, so the read must have been a moment ago.
 * https://docs.github.com/en/rest/orgs/members#remove-organization-membership-for-a-user
 */
export async function lowerInOrganisation(
  call: GithubCall,
  subject: Subject,
  change: { readonly to: string; readonly seen: Observation },
): Promise<Result<undefined, Fault>> {
  const login = await loginToday(call, subject)
  if (!login.ok) return login
  if (login.value === undefined) return ok(undefined)
  if (change.to !== 'absent') return putMembership(call, subject, { login: login.value, role: change.to })
  if (change.seen.kind === 'invited') return cancelInvitation(call, login.value)
  return gone(await call.ask(`DELETE ${MEMBERSHIP}`, { username: login.value }, anyShape))
}

/** Deleting what is not there is no failure: the next read decides. */
export function gone(answer: Result<unknown, Fault | Missing>): Result<undefined, Fault> {
  return answer.ok || answer.error.kind === 'missing' ? ok(undefined) : fail(answer.error)
}

/** A write answered 404 though everything that it named is there: GitHub hides what a credential may not do. */
export async function whyNotFound(call: GithubCall, subject: Subject): Promise<Fault> {
  const login = await loginToday(call, subject)
  if (!login.ok) return login.error
  if (login.value === undefined) return refused('subject_unknown', 'the account is gone')
  const sight = await sightOf(call)
  return sight.ok ? unauthorized('GitHub answered 404 to the write: our credential may not manage it') : sight.error
}

async function putMembership(
  call: GithubCall,
  subject: Subject,
  { login, role }: { readonly login: string; readonly role: string },
): Promise<Result<undefined, Fault>> {
  const put = await call.ask(`PUT ${MEMBERSHIP}`, { username: login, role }, membershipShape)
  if (!put.ok) return fail(put.error.kind === 'missing' ? await whyNotFound(call, subject) : put.error)
  if (String(put.value.user.id) === subject.id) return ok(undefined)
  return fail(refused('subject_changed', 'the login passed to another account while it was written to'))
}

/** An invitation names the login only, which was looked up in the same call. */
async function cancelInvitation(call: GithubCall, login: string): Promise<Result<undefined, Fault>> {
  const open = await call.list('GET /orgs/{org}/invitations', {}, invitationShape)
  if (!open.ok) return fail(open.error.kind === 'missing' ? unauthorized('no list of invitations') : open.error)
  const invitation = open.value.find((each) => each.login?.toLowerCase() === login.toLowerCase())
  if (!invitation) return ok(undefined)
  return gone(
    await call.ask('DELETE /orgs/{org}/invitations/{invitation_id}', { invitation_id: invitation.id }, anyShape),
  )
}

async function absenceIfSeen(call: GithubCall): Promise<Result<Observation, Fault>> {
  const sight = await sightOf(call)
  return sight.ok ? ok({ kind: 'at', level: 'absent' }) : sight
}
