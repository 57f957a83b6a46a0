import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GithubApp, type GithubAppOptions } from './app.ts'
import { Description } from './description.ts'
import type { Entry } from './entry.ts'
import { Faults } from './faults.ts'
import { type HandEntry, type Hands, handsOn } from './hands.ts'
import { Service } from './service.ts'
import { Shapes } from './shapes.ts'
import { emptyState, idOf, type OrganisationState, type OrgRole, roleIn, settle, type TeamRole } from './state.ts'

export type { Entry } from './entry.ts'

export type GithubOrganisationOptions = {
  org?: string
  token?: string
  members?: Record<string, OrgRole>
  /** Whoever is in a team but not in `members` becomes a plain member. */
  teams?: Record<string, Record<string, TeamRole>>
  /** Accounts that exist and are not in the organisation. */
  outsiders?: string[]
  /** Files of each repository, by path. */
  repositories?: Record<string, Record<string, string>>
  app?: GithubAppOptions
  /** Whose token it is. */
  bot?: string
  /** The bot is an owner like any other (default); otherwise it has an account and no place in the organisation. */
  botIsOwner?: boolean
  ownersAreMaintainers?: boolean
}

export type Change = { readonly at: number; readonly by: 'api' | 'hand'; readonly what: string }

export type GithubOrganisation = {
  readonly url: string
  readonly org: string
  readonly token: string
  readonly state: OrganisationState
  /** Every request, in the order of arrival. */
  readonly journal: Entry[]
  /** What `hands` did. */
  readonly handJournal: HandEntry[]
  /** Requests that GitHub's description does not allow, and answers of the double that it does not. */
  readonly problems: string[]
  readonly faults: Faults
  readonly hands: Hands
  roleOf(login: string): ReturnType<typeof roleIn>
  /** Called after each change that a request or a hand made; answers how to stop listening. */
  onChange(listener: (change: Change) => void): () => void
  /** Cuts all connections and forgets changes that are still to come. */
  close(): Promise<void>
}

/** Starts a GitHub organisation on a free local port: stateful, judged by GitHub's own description of its API. */
export async function startGithubOrganisation(options: GithubOrganisationOptions = {}): Promise<GithubOrganisation> {
  const { org = 'acme', token = 'ghp_test', bot = 'thand-bot', ownersAreMaintainers = false } = options
  const state = opening(options, bot)
  const listeners = new Set<(change: Change) => void>()
  const tell = (change: Change) => {
    for (const listener of listeners) listener(change)
  }
  const handJournal: HandEntry[] = []
  const hands = handsOn(state, (entry) => {
    handJournal.push(entry)
    tell({ ...entry, by: 'hand' })
  })

  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${port(server.address())}`
  const service = new Service({
    url,
    org,
    token,
    bot,
    ownersAreMaintainers,
    state,
    app: options.app && new GithubApp(options.app),
    shapes: new Shapes(url, org),
    description: new Description(),
    faults: new Faults(),
    onApplied: (entry, at) => tell({ at, by: 'api', what: `${entry.method} ${entry.path}` }),
  })
  server.on('request', (request, response) => {
    service.serve(request, response).catch((error: unknown) => {
      service.problems.push(`the double failed: ${error}`)
      response.destroy()
    })
  })

  return {
    url,
    org,
    token,
    state,
    journal: service.journal,
    handJournal,
    problems: service.problems,
    faults: service.faults,
    hands,
    roleOf: (login) => roleIn(state, login),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      service.stop()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function opening(options: GithubOrganisationOptions, bot: string): OrganisationState {
  const state = emptyState()
  state.members = { ...options.members }
  state.teams = structuredClone(options.teams ?? {})
  state.repositories = structuredClone(options.repositories ?? {})
  for (const team of Object.values(state.teams)) {
    for (const login of Object.keys(team)) if (!Object.hasOwn(state.members, login)) state.members[login] = 'member'
  }
  if (options.botIsOwner ?? true) state.members[bot] = 'admin'
  for (const login of [...Object.keys(state.members), ...(options.outsiders ?? []), bot]) idOf(state, login)
  settle(state)
  return state
}

function port(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the double has no port')
  return address.port
}
