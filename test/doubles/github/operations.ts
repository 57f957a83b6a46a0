import type { GithubApp } from './app.ts'
import { contents, mint, revoke } from './app-operations.ts'
import { type Answer, type Call, gone, notFound, refusal } from './call.ts'
import { page } from './page.ts'
import {
  cancelInvitation,
  held,
  idOf,
  isLastOwner,
  type OrgRole,
  putMember,
  putTeamMember,
  removeMember,
  removeTeamMember,
  spelled,
  type TeamRole,
} from './state.ts'

const lastOwner = refusal(403, 'You must have at least one owner in the organization.')
const synced = refusal(403, 'Team is synced with an identity provider')

/** Served also to a token that lost its rights. */
export const publicOperations: ReadonlySet<string> = new Set([
  'GET /orgs/{org}',
  'GET /users/{username}',
  'GET /user/{account_id}',
  'GET /user',
  'GET /rate_limit',
])

export const operations: ReadonlyMap<string, (call: Call) => Answer> = new Map([
  ['GET /orgs/{org}', ({ shapes }: Call) => ok(shapes.fullOrganisation())],
  ['GET /orgs/{org}/members', listMembers],
  ['GET /orgs/{org}/members/{username}', (call: Call) => withPerson(call, (it) => (it.role ? gone : notFound))],
  ['GET /orgs/{org}/memberships/{username}', (call: Call) => withPerson(call, (it) => membership(call, it.login))],
  ['PUT /orgs/{org}/memberships/{username}', putMembership],
  ['DELETE /orgs/{org}/memberships/{username}', deleteMembership],
  ['GET /orgs/{org}/invitations', listInvitations],
  ['DELETE /orgs/{org}/invitations/{invitation_id}', deleteInvitation],
  ['GET /orgs/{org}/failed_invitations', (call: Call) => invitations(call, Object.keys(call.state.failed))],
  ['GET /orgs/{org}/teams', listTeams],
  [
    'GET /orgs/{org}/teams/{team_slug}',
    (call: Call) => withTeam(call, (slug) => ok(call.shapes.fullTeam(call.state, slug))),
  ],
  ['GET /orgs/{org}/teams/{team_slug}/members', listTeamMembers],
  ['GET /orgs/{org}/teams/{team_slug}/invitations', listTeamInvitations],
  ['GET /orgs/{org}/teams/{team_slug}/memberships/{username}', (call: Call) => withTeam(call, teamMembership)],
  ['PUT /orgs/{org}/teams/{team_slug}/memberships/{username}', putTeamMembership],
  ['DELETE /orgs/{org}/teams/{team_slug}/memberships/{username}', deleteTeamMembership],
  ['GET /users/{username}', (call: Call) => withPerson(call, (it) => account(call, it.login))],
  ['GET /user/{account_id}', accountById],
  ['GET /user', (call: Call) => asUser(call, () => account(call, call.bot))],
  ['GET /user/memberships/orgs/{org}', (call: Call) => asUser(call, () => membership(call, call.bot))],
  ['GET /rate_limit', rateLimit],
  ['GET /app', ({ app, shapes }: Call) => (app ? ok(shapes.app(app.id)) : notFound)],
  [
    'GET /app/installations/{installation_id}',
    (call: Call) => withInstallation(call, (app) => ok(call.shapes.installation(app.installationId, app.id))),
  ],
  [
    'POST /app/installations/{installation_id}/access_tokens',
    (call: Call) => withInstallation(call, (app) => mint(call, app)),
  ],
  ['DELETE /installation/token', revoke],
  ['GET /repos/{owner}/{repo}/contents/{path}', contents],
])

function putMembership(call: Call): Answer {
  return withPerson(call, ({ login, role: before }) => {
    const role: OrgRole = call.role === 'admin' ? 'admin' : 'member'
    if (before === 'admin' && role === 'member' && isLastOwner(call.state, login)) return lastOwner
    putMember(call.state, login, role)
    return membership(call, login)
  })
}

function deleteMembership(call: Call): Answer {
  return withPerson(call, ({ login, role }) => {
    if (role === undefined && held(call.state.pending, login) === undefined) return notFound
    if (isLastOwner(call.state, login)) return lastOwner
    removeMember(call.state, login)
    return gone
  })
}

function deleteInvitation(call: Call): Answer {
  const id = Number(call.params['invitation_id'])
  const login = Object.keys(call.state.pending).find((each) => call.state.pending[each]?.invitationId === id)
  if (login === undefined) return notFound
  cancelInvitation(call.state, login)
  return gone
}

function putTeamMembership(call: Call): Answer {
  return withTeam(call, (slug) => {
    if (call.state.syncedTeams.has(slug)) return synced
    return withPerson(call, ({ login }) => {
      putTeamMember(call.state, slug, login, call.role === 'maintainer' ? 'maintainer' : 'member')
      return teamMembership(slug, call)
    })
  })
}

function deleteTeamMembership(call: Call): Answer {
  return withTeam(call, (slug) => {
    if (call.state.syncedTeams.has(slug)) return synced
    return withPerson(call, ({ login }) => {
      if (teamRole(call, slug, login) === undefined) return notFound
      removeTeamMember(call.state, slug, login)
      return gone
    })
  })
}

function membership(call: Call, login: string): Answer {
  const role = held(call.state.members, login) ?? held(call.state.pending, login)?.role
  return role === undefined ? notFound : ok(call.shapes.membership(call.state, login, role))
}

function teamMembership(slug: string, call: Call): Answer {
  return withPerson(call, ({ login }) => {
    const found = teamRole(call, slug, login)
    return found ? ok({ url: call.address, ...found }) : notFound
  })
}

/** GitHub shows an owner of the organisation who is in a team as its maintainer; `ownersAreMaintainers` does the same. */
function teamRole(call: Call, slug: string, login: string): { role: TeamRole; state: string } | undefined {
  const { teams, teamPending, members } = call.state
  const role = held(held(teams, slug) ?? {}, login)
  const isOwner = call.ownersAreMaintainers && held(members, login) === 'admin'
  if (role !== undefined) return { role: isOwner ? 'maintainer' : role, state: 'active' }
  const waiting = held(held(teamPending, slug) ?? {}, login)
  return waiting && { role: waiting, state: 'pending' }
}

function listMembers(call: Call): Answer {
  const wanted = call.query.get('role') ?? 'all'
  const logins = Object.entries(call.state.members).filter(([, role]) => wanted === 'all' || role === wanted)
  return page(call, logins, ([login]) => call.shapes.user(login, idOf(call.state, login)))
}

function listInvitations(call: Call): Answer {
  const wanted = call.query.get('role') ?? 'all'
  const nameOf = { admin: 'admin', member: 'direct_member' }
  const found = Object.entries(call.state.pending).filter(([, { role }]) => wanted === 'all' || nameOf[role] === wanted)
  return invitations(
    call,
    found.map(([login]) => login),
  )
}

function listTeamInvitations(call: Call): Answer {
  return withTeam(call, (slug) => invitations(call, Object.keys(held(call.state.teamPending, slug) ?? {})))
}

function invitations(call: Call, logins: string[]): Answer {
  return page(call, logins, (login) => call.shapes.invitation(call.state, login, call.bot))
}

function listTeams(call: Call): Answer {
  const seen = Object.keys(call.state.teams).filter((slug) => !call.state.blindTeams.has(slug))
  return page(call, seen, (slug) => call.shapes.team(call.state, slug))
}

function listTeamMembers(call: Call): Answer {
  return withTeam(call, (slug) => {
    const wanted = call.query.get('role') ?? 'all'
    const logins = Object.keys(held(call.state.teams, slug) ?? {})
    const found = logins.filter((login) => wanted === 'all' || teamRole(call, slug, login)?.role === wanted)
    return page(call, found, (login) => call.shapes.user(login, idOf(call.state, login)))
  })
}

function accountById(call: Call): Answer {
  const id = Number(call.params['account_id'])
  const login = Object.keys(call.state.ids).find((each) => call.state.ids[each] === id)
  return login === undefined ? notFound : account(call, login)
}

function account(call: Call, login: string): Answer {
  return ok(call.shapes.account(login, idOf(call.state, login)))
}

function rateLimit(): Answer {
  const rate = { limit: 5000, remaining: 4999, reset: Math.floor(Date.now() / 1000) + 3600, used: 1 }
  return ok({ resources: { core: rate, search: { ...rate, limit: 30, remaining: 30, used: 0 } }, rate })
}

function withPerson(call: Call, answer: (it: { login: string; role: OrgRole | undefined }) => Answer): Answer {
  const login = spelled(call.state.ids, call.params['username'] ?? '')
  return login === undefined ? notFound : answer({ login, role: held(call.state.members, login) })
}

function withTeam(call: Call, answer: (slug: string, call: Call) => Answer): Answer {
  const slug = spelled(call.state.teams, call.params['team_slug'] ?? '')
  return slug === undefined || call.state.blindTeams.has(slug) ? notFound : answer(slug, call)
}

function withInstallation({ app, params }: Call, answer: (app: GithubApp) => Answer): Answer {
  return app && Number(params['installation_id']) === app.installationId ? answer(app) : notFound
}

function asUser(call: Call, answer: () => Answer): Answer {
  return call.caller === 'user' ? answer() : refusal(403, 'Resource not accessible by integration')
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}
