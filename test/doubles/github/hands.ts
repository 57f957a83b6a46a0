import {
  acceptInvitation,
  cancelInvitation,
  deleteAccount,
  deleteTeam,
  expireInvitation,
  idOf,
  type OrganisationState,
  type OrgRole,
  putTeamMember,
  removeMember,
  removeTeamMember,
  renameAccount,
  type TeamRole,
} from './state.ts'

/** Changes that people make on GitHub's pages or that accounts undergo, behind the back of whoever uses the API. */
export type Hands = {
  /** At once, without an invitation; `undefined` removes the person, their teams and their invitation. */
  setMember(login: string, role: OrgRole | undefined): void
  /** Somebody from outside becomes a plain member of the organisation too; a team that is not there is made. */
  setTeam(slug: string, login: string, role: TeamRole | undefined): void
  acceptInvitation(login: string): void
  declineInvitation(login: string): void
  expireInvitation(login: string): void
  rename(old: string, next: string): void
  deleteAccount(login: string): void
  /** A newcomer with another id takes the name; whoever still held it is deleted. Answers the new id. */
  reuseLogin(login: string): number
  deleteTeam(slug: string): void
}

export type HandEntry = { readonly at: number; readonly what: string }

export function handsOn(state: OrganisationState, onDone: (entry: HandEntry) => void): Hands {
  function by<Given extends (string | undefined)[], Result>(name: string, act: (...given: Given) => Result) {
    return (...given: Given): Result => {
      const result = act(...given)
      onDone({ at: Date.now(), what: [name, ...given.map((each) => each ?? 'none')].join(' ') })
      return result
    }
  }
  return {
    setMember: by('setMember', (login: string, role: OrgRole | undefined) => {
      if (role === undefined) removeMember(state, login)
      else admit(state, login, role)
    }),
    setTeam: by('setTeam', (slug: string, login: string, role: TeamRole | undefined) => {
      if (role === undefined) return removeTeamMember(state, slug, login)
      if (!Object.hasOwn(state.members, login)) admit(state, login, 'member')
      putTeamMember(state, slug, login, role)
    }),
    acceptInvitation: by('acceptInvitation', (login: string) => acceptInvitation(state, login)),
    declineInvitation: by('declineInvitation', (login: string) => cancelInvitation(state, login)),
    expireInvitation: by('expireInvitation', (login: string) => expireInvitation(state, login)),
    rename: by('rename', (old: string, next: string) => renameAccount(state, old, next)),
    deleteAccount: by('deleteAccount', (login: string) => deleteAccount(state, login)),
    reuseLogin: by('reuseLogin', (login: string) => {
      deleteAccount(state, login)
      return idOf(state, login)
    }),
    deleteTeam: by('deleteTeam', (slug: string) => deleteTeam(state, slug)),
  }
}

function admit(state: OrganisationState, login: string, role: OrgRole): void {
  cancelInvitation(state, login)
  state.members[login] = role
  idOf(state, login)
}
