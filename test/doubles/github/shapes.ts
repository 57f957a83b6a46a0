import { held, idOf, type OrganisationState, type OrgRole } from './state.ts'

type Shape = Record<string, unknown>
const founded = '2020-01-01T00:00:00Z'

/** GitHub's objects, filled in as far as its description demands. */
export class Shapes {
  readonly #url: string
  readonly #org: string
  constructor(url: string, org: string) {
    this.#url = url
    this.#org = org
  }

  user(login: string, id: number): Shape {
    const url = `${this.#url}/users/${login}`
    return {
      login,
      id,
      node_id: `U_${id}`,
      avatar_url: `${this.#url}/avatars/${id}`,
      gravatar_id: '',
      url,
      html_url: `${this.#url}/html/${login}`,
      followers_url: `${url}/followers`,
      following_url: `${url}/following{/other_user}`,
      gists_url: `${url}/gists{/gist_id}`,
      starred_url: `${url}/starred{/owner}{/repo}`,
      subscriptions_url: `${url}/subscriptions`,
      organizations_url: `${url}/orgs`,
      repos_url: `${url}/repos`,
      events_url: `${url}/events{/privacy}`,
      received_events_url: `${url}/received_events`,
      type: 'User',
      site_admin: false,
      user_view_type: 'public',
    }
  }

  account(login: string, id: number): Shape {
    const nobodysBusiness = { name: null, company: null, location: null, email: null, hireable: null, bio: null }
    const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 }
    return {
      ...this.user(login, id),
      ...nobodysBusiness,
      blog: '',
      ...counts,
      created_at: founded,
      updated_at: founded,
    }
  }

  organisation(): Shape {
    const url = `${this.#url}/orgs/${this.#org}`
    return {
      login: this.#org,
      id: 1,
      node_id: 'O_1',
      url,
      repos_url: `${url}/repos`,
      events_url: `${url}/events`,
      hooks_url: `${url}/hooks`,
      issues_url: `${url}/issues`,
      members_url: `${url}/members{/member}`,
      public_members_url: `${url}/public_members{/member}`,
      avatar_url: `${this.#url}/avatars/1`,
      description: null,
    }
  }

  fullOrganisation(): Shape {
    const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 }
    const projects = { has_organization_projects: true, has_repository_projects: true }
    const times = { created_at: founded, updated_at: founded, archived_at: null }
    const html_url = `${this.#url}/html/${this.#org}`
    return { ...this.organisation(), html_url, type: 'Organization', ...projects, ...counts, ...times }
  }

  membership(state: OrganisationState, login: string, role: OrgRole): Shape {
    const organization_url = `${this.#url}/orgs/${this.#org}`
    return {
      url: `${organization_url}/memberships/${login}`,
      state: held(state.members, login) === undefined ? 'pending' : 'active',
      role,
      organization_url,
      organization: this.organisation(),
      user: this.user(login, idOf(state, login)),
    }
  }

  invitation(state: OrganisationState, login: string, bot: string): Shape {
    const invitation = held(state.pending, login) ?? held(state.failed, login)
    const teams = Object.values(state.teamPending).filter((team) => Object.hasOwn(team, login))
    return {
      id: invitation?.invitationId,
      login,
      node_id: `I_${invitation?.invitationId}`,
      email: null,
      role: invitation?.role === 'admin' ? 'admin' : 'direct_member',
      created_at: founded,
      inviter: this.user(bot, idOf(state, bot)),
      team_count: teams.length,
      invitation_teams_url: `${this.#url}/organizations/1/invitations/${invitation?.invitationId}/teams`,
    }
  }

  team(state: OrganisationState, slug: string): Shape {
    const id = held(state.teamIds, slug) ?? 0
    const url = `${this.#url}/organizations/1/team/${id}`
    return {
      id,
      node_id: `T_${id}`,
      url,
      html_url: `${this.#url}/html/orgs/${this.#org}/teams/${slug}`,
      name: slug,
      slug,
      description: '',
      privacy: 'closed',
      notification_setting: 'notifications_enabled',
      permission: 'pull',
      members_url: `${url}/members{/member}`,
      repositories_url: `${url}/repos`,
      type: 'organization',
      parent: null,
    }
  }

  fullTeam(state: OrganisationState, slug: string): Shape {
    const members_count = Object.keys(held(state.teams, slug) ?? {}).length
    const times = { created_at: founded, updated_at: founded }
    return { ...this.team(state, slug), members_count, repos_count: 0, ...times, organization: this.fullOrganisation() }
  }

  file(repository: string, path: string, content: string): Shape {
    const url = `${this.#url}/repos/${this.#org}/${repository}/contents/${path}`
    const encoded = { encoding: 'base64', content: Buffer.from(content).toString('base64') }
    const urls = { url, git_url: null, html_url: null, download_url: null }
    const named = { type: 'file', name: path, path, sha: '0'.repeat(40), size: content.length }
    return { ...named, ...encoded, ...urls, _links: { self: url, git: null, html: null } }
  }

  app(id: number): Shape {
    const owner = { ...this.user(this.#org, 1), type: 'Organization' }
    const urls = { external_url: this.#url, html_url: `${this.#url}/html/apps/thand` }
    const times = { created_at: founded, updated_at: founded }
    const rights = { permissions: { members: 'write', metadata: 'read' }, events: [] }
    return {
      id,
      slug: 'thand',
      node_id: `A_${id}`,
      owner,
      name: 'thand',
      description: '',
      ...urls,
      ...times,
      ...rights,
    }
  }

  installation(id: number, appId: number): Shape {
    const url = `${this.#url}/app/installations/${id}`
    const urls = {
      access_tokens_url: `${url}/access_tokens`,
      repositories_url: `${this.#url}/installation/repositories`,
    }
    const times = { created_at: founded, updated_at: founded, suspended_at: null, suspended_by: null }
    return {
      id,
      account: { ...this.user(this.#org, 1), type: 'Organization' },
      app_id: appId,
      app_slug: 'thand',
      target_id: 1,
      target_type: 'Organization',
      repository_selection: 'all',
      html_url: `${this.#url}/html/organizations/${this.#org}/settings/installations/${id}`,
      permissions: { members: 'write', metadata: 'read' },
      events: [],
      single_file_name: null,
      ...urls,
      ...times,
    }
  }
}
