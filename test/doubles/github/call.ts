import type { GithubApp } from './app.ts'
import type { Shapes } from './shapes.ts'
import type { OrganisationState } from './state.ts'

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> }

export type Caller = 'user' | 'app' | 'installation'

export type Call = {
  state: OrganisationState
  shapes: Shapes
  app: GithubApp | undefined
  bot: string
  ownersAreMaintainers: boolean
  caller: Caller
  /** What the request was signed with. */
  token: string
  body: unknown
  params: Record<string, string>
  query: URLSearchParams
  /** The role asked for; the body was judged before. */
  role: string | undefined
  /** Where the request went, for links to further pages. */
  address: string
}

export function refusal(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) } }
}

export const notFound = refusal(404, 'Not Found')
export const gone: Answer = { status: 204 }
