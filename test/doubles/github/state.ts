/** What the organisation knows. Tests may read it and write to it directly; the functions below keep its invariants. */

export type OrgRole = 'admin' | 'member'
export type TeamRole = 'member' | 'maintainer'
export type Roles<Role> = Record<string, Role>

export type OrganisationState = {
  members: Roles<OrgRole>
  pending: Record<string, { role: OrgRole; invitationId: number }>
  /** Invitations that ran out. */
  failed: Record<string, { role: OrgRole; invitationId: number }>
  teams: Record<string, Roles<TeamRole>>
  teamPending: Record<string, Roles<TeamRole>>
  /** Every account there is, in the organisation or not. The id survives a rename, the login does not. */
  ids: Record<string, number>
  teamIds: Record<string, number>
  /** Teams that follow an identity provider refuse writes. */
  syncedTeams: Set<string>
  /** The token lost its rights: the organisation's inside answers 404, what is public stays. */
  blind: boolean
  blindTeams: Set<string>
  /** The App's installation tokens, by their text, until they are revoked. */
  tokens: Record<string, InstallationToken>
  /** Files of each repository, by path. */
  repositories: Record<string, Record<string, string>>
  nextId: number
}

/** In ms; without a list it reaches every repository. */
export type InstallationToken = {
  expiresAt: number
  permissions: Record<string, string>
  repositories: string[] | undefined
}

export function emptyState(): OrganisationState {
  return {
    members: {},
    pending: {},
    failed: {},
    teams: {},
    teamPending: {},
    ids: {},
    teamIds: {},
    syncedTeams: new Set(),
    blind: false,
    blindTeams: new Set(),
    tokens: {},
    repositories: {},
    nextId: 1000,
  }
}

/** An own property only: somebody may be called `constructor`. */
export function held<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

/** Gives an account to everybody and an id to every team, also to those that a test wrote straight into the state. */
export function settle(state: OrganisationState): void {
  const teams = [...Object.values(state.teams), ...Object.values(state.teamPending)]
  for (const record of [state.members, state.pending, ...teams])
    for (const login of Object.keys(record)) idOf(state, login)
  for (const slug of Object.keys(state.teams))
    if (held(state.teamIds, slug) === undefined) state.teamIds[slug] = state.nextId++
}

export function idOf(state: OrganisationState, login: string): number {
  const known = held(state.ids, login)
  if (known !== undefined) return known
  const id = state.nextId++
  state.ids[login] = id
  return id
}

/** Logins and slugs are compared without case, and answered in the case they were given in. */
export function spelled(record: Record<string, unknown>, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return Object.keys(record).find((each) => each.toLowerCase() === wanted)
}

export function roleIn(
  state: OrganisationState,
  login: string,
): OrgRole | 'pending admin' | 'pending member' | undefined {
  const role = held(state.members, login)
  if (role !== undefined) return role
  const invitation = held(state.pending, login)
  return invitation && (invitation.role === 'admin' ? 'pending admin' : 'pending member')
}

export function isLastOwner(state: OrganisationState, login: string): boolean {
  const owners = Object.keys(state.members).filter((each) => state.members[each] === 'admin')
  return owners.length === 1 && owners[0] === login
}

/** A member's role changes at once; anybody else gets an invitation, or a new role in the one they have. */
export function putMember(state: OrganisationState, login: string, role: OrgRole): void {
  if (held(state.members, login) !== undefined) state.members[login] = role
  else state.pending[login] = { role, invitationId: held(state.pending, login)?.invitationId ?? state.nextId++ }
}

/** Takes the person out of the organisation, its teams and its invitations. */
export function removeMember(state: OrganisationState, login: string): void {
  delete state.members[login]
  for (const team of Object.values(state.teams)) delete team[login]
  cancelInvitation(state, login)
}

export function cancelInvitation(state: OrganisationState, login: string): void {
  delete state.pending[login]
  for (const team of Object.values(state.teamPending)) delete team[login]
}

export function acceptInvitation(state: OrganisationState, login: string): void {
  const invitation = held(state.pending, login)
  if (!invitation) throw new Error(`${login} has no invitation`)
  state.members[login] = invitation.role
  for (const [slug, waiting] of Object.entries(state.teamPending)) {
    const role = held(waiting, login)
    if (role !== undefined) teamOf(state, slug)[login] = role
  }
  cancelInvitation(state, login)
}

export function expireInvitation(state: OrganisationState, login: string): void {
  const invitation = held(state.pending, login)
  if (!invitation) throw new Error(`${login} has no invitation`)
  state.failed[login] = invitation
  cancelInvitation(state, login)
}

/** Somebody from outside is invited to the organisation and to the team in one. */
export function putTeamMember(state: OrganisationState, slug: string, login: string, role: TeamRole): void {
  if (held(state.members, login) !== undefined) {
    teamOf(state, slug)[login] = role
    return
  }
  if (held(state.pending, login) === undefined) putMember(state, login, 'member')
  const waiting = held(state.teamPending, slug) ?? {}
  waiting[login] = role
  state.teamPending[slug] = waiting
}

export function removeTeamMember(state: OrganisationState, slug: string, login: string): void {
  delete held(state.teams, slug)?.[login]
  delete held(state.teamPending, slug)?.[login]
}

export function deleteTeam(state: OrganisationState, slug: string): void {
  for (const record of [state.teams, state.teamPending, state.teamIds]) delete record[slug]
}

/** The account keeps its id, its place in the organisation and its invitations. */
export function renameAccount(state: OrganisationState, old: string, next: string): void {
  if (held(state.ids, old) === undefined) throw new Error(`there is no account ${old}`)
  if (spelled(state.ids, next) !== undefined && spelled(state.ids, next) !== old) throw new Error(`${next} is taken`)
  const teams = [...Object.values(state.teams), ...Object.values(state.teamPending)]
  moveKey(state.ids, old, next)
  moveKey(state.members, old, next)
  moveKey(state.pending, old, next)
  moveKey(state.failed, old, next)
  for (const team of teams) moveKey(team, old, next)
}

export function deleteAccount(state: OrganisationState, login: string): void {
  removeMember(state, login)
  delete state.failed[login]
  delete state.ids[login]
}

function moveKey<Value>(record: Record<string, Value>, old: string, next: string): void {
  const value = held(record, old)
  if (value === undefined) return
  delete record[old]
  record[next] = value
}

function teamOf(state: OrganisationState, slug: string): Roles<TeamRole> {
  const team = held(state.teams, slug) ?? {}
  state.teams[slug] = team
  return team
}
