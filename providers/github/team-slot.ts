import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault, Observation } from '../../src/ports/provider.ts'
import { refused } from '../common/faults.ts'
import type { GithubCall } from './client.ts'
import { absenceOfNobody, gone, membershipOf, observeLogin, placeIn, whyNotFound } from './organisation-slot.ts'
import { anyShape, teamMembershipShape } from './shapes.ts'
import { isTeamThere, sightOf } from './sight.ts'
import { loginToday, underLoginToday } from './subjects.ts'

const MEMBERSHIP = '/orgs/{org}/teams/{team_slug}/memberships/{username}'

/**
 * Where the person stands in the team. GitHub shows every owner of the organisation who is in a team as its maintainer,
 * whatever they were made there (https://docs.github.com/en/rest/teams/members#get-team-membership-for-a-user): of an
 * owner, only that they are in the team is known, so they count as `member`. Otherwise a grant of ownership would look
 * as if somebody had made them a maintainer, and would keep them in the team.
 */
export async function observeTeam(
  call: GithubCall,
  subject: Subject,
  slug: string,
): Promise<Result<Observation, Fault>> {
  const seen = await underLoginToday(call, subject, (login) =>
    call.ask(`GET ${MEMBERSHIP}`, { team_slug: slug, username: login }, teamMembershipShape),
  )
  if (!seen.ok) return seen
  if (seen.value === undefined) return absenceOfNobody(call, subject)
  const { login, answer: found } = seen.value
  if (!found.ok) return found.error.kind === 'missing' ? absenceIfSeen(call, slug) : fail(found.error)
  const { role, state } = found.value
  if (state === 'pending') return ok({ kind: 'invited', level: role })
  if (role === 'member') return ok({ kind: 'at', level: role })
  const organisation = await observeLogin(call, subject, login)
  if (!organisation.ok) return organisation
  return ok({ kind: 'at', level: isOwner(organisation.value) ? 'member' : role })
}

/**
 * Somebody from outside the organisation is refused, for GitHub would invite them to it: unless `invite` says so.
 * https://docs.github.com/en/rest/teams/members#add-or-update-team-membership-for-a-user
 */
export async function raiseInTeam(
  call: GithubCall,
  subject: Subject,
  change: { readonly slug: string; readonly to: string; readonly invite: boolean },
): Promise<Result<undefined, Fault>> {
  const seen = await underLoginToday(call, subject, (login) => membershipOf(call, login))
  if (!seen.ok) return seen
  if (seen.value === undefined) return fail(refused('subject_unknown', 'the account is gone'))
  const { login, answer } = seen.value
  const organisation = await placeIn(call, subject, answer)
  if (!organisation.ok) return organisation
  const isMember = organisation.value.kind === 'at' && organisation.value.level !== 'absent'
  if (!isMember && !change.invite)
    return fail(refused('not_in_organisation', 'the account is not a member of the organisation'))
  // The organisation's own slot invites first, so that the invitation is known as ours and goes with its grant.
  if (organisation.value.level === 'absent') return fail({ kind: 'throttled', retryAfterSeconds: 1 })
  if (isOwner(organisation.value) && change.to === 'maintainer')
    return fail(refused('invalid', 'an owner of the organisation is a maintainer of every team that they are in'))
  return putMembership(call, subject, { login, slug: change.slug, role: change.to })
}

/** https://docs.github.com/en/rest/teams/members#remove-team-membership-for-a-user */
export async function lowerInTeam(
  call: GithubCall,
  subject: Subject,
  { slug, to }: { readonly slug: string; readonly to: string },
): Promise<Result<undefined, Fault>> {
  const login = await loginToday(call, subject)
  if (!login.ok) return login
  if (login.value === undefined) return ok(undefined)
  if (to !== 'absent') return putMembership(call, subject, { login: login.value, slug, role: to })
  return gone(await call.ask(`DELETE ${MEMBERSHIP}`, { team_slug: slug, username: login.value }, anyShape))
}

async function putMembership(
  call: GithubCall,
  subject: Subject,
  { login, slug, role }: { readonly login: string; readonly slug: string; readonly role: string },
): Promise<Result<undefined, Fault>> {
  const put = await call.ask(`PUT ${MEMBERSHIP}`, { team_slug: slug, username: login, role }, anyShape)
  if (put.ok) return ok(undefined)
  if (put.error.kind !== 'missing') return fail(put.error)
  const there = await isTeamThere(call, slug)
  if (!there.ok) return there
  return fail(there.value ? await whyNotFound(call, subject) : refused('target_unknown', 'the team is gone'))
}

/** Nobody is in a team that is gone. */
async function absenceIfSeen(call: GithubCall, slug: string): Promise<Result<Observation, Fault>> {
  const [there, sight] = await Promise.all([isTeamThere(call, slug), sightOf(call)])
  if (!there.ok) return there
  return sight.ok ? ok({ kind: 'at', level: 'absent' }) : sight
}

function isOwner({ kind, level }: Observation): boolean {
  return kind === 'at' && level === 'admin'
}
