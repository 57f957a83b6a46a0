import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { unseen } from '../common/faults.ts'
import type { GithubCall } from './client.ts'
import { anyShape, membershipShape, teamShape } from './shapes.ts'

/** How our credential stands in the organisation; `owner` sees everything in it, secret teams included. */
export type Sight = 'member' | 'owner'

/**
 * Whether our credential sees the organisation from the inside; without that a 404 says nothing. The list of members is
 * no proof, for GitHub shows its public part to everybody:
 * https://docs.github.com/en/rest/orgs/members#list-organization-members.
 * A token proves it by its own active membership, which is what GitHub asks of whoever reads another's:
 * https://docs.github.com/en/rest/orgs/members#get-organization-membership-for-a-user.
 * An App has none; it proves it by the pending invitations, which need its permission for members:
 * https://docs.github.com/en/rest/orgs/members#list-pending-organization-invitations
 */
export async function sightOf(call: GithubCall): Promise<Result<Sight, Fault>> {
  if (call.isApp) {
    const listed = await call.ask('GET /orgs/{org}/invitations', { per_page: 1 }, anyShape)
    if (listed.ok) return ok('owner')
    return fail(listed.error.kind === 'missing' ? outside : listed.error)
  }
  const own = await call.ask('GET /user/memberships/orgs/{org}', {}, membershipShape)
  if (!own.ok) return fail(own.error.kind === 'missing' ? outside : own.error)
  if (own.value.state !== 'active') return fail(outside)
  return ok(own.value.role === 'admin' ? 'owner' : 'member')
}

/**
 * Whether the team exists. A secret team is hidden from whoever is not in it, so only an owner may say that one is gone:
 * https://docs.github.com/en/organizations/organizing-members-into-teams/about-teams#team-visibility.
 * A renamed team has another slug and cannot be told from a deleted one.
 */
export async function isTeamThere(call: GithubCall, slug: string): Promise<Result<boolean, Fault>> {
  const found = await call.ask('GET /orgs/{org}/teams/{team_slug}', { team_slug: slug }, teamShape)
  if (found.ok) return ok(true)
  if (found.error.kind !== 'missing') return fail(found.error)
  const sight = await sightOf(call)
  if (!sight.ok) return sight
  if (sight.value !== 'owner') return fail(hiddenTeam)
  const listed = await call.list('GET /orgs/{org}/teams', {}, teamShape)
  if (!listed.ok) return fail(listed.error.kind === 'missing' ? hiddenTeam : listed.error)
  return listed.value.some((team) => team.slug.toLowerCase() === slug) ? fail(hiddenTeam) : ok(false)
}

const outside = unseen('our credential does not see the organisation from the inside')
const hiddenTeam = unseen('our credential does not see the team')
