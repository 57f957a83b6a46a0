import { type GithubApp, livingToken } from './app.ts'
import { type Answer, type Call, gone, notFound, refusal } from './call.ts'
import { held, spelled } from './state.ts'

type Wanted = { repositories?: string[]; permissions?: Record<string, string> }

const notGranted = refusal(422, 'The permissions requested are not granted to this installation.')
const notReached = refusal(
  422,
  'There is at least one repository that does not exist or is not accessible to the parent installation.',
)
export const notAccessible = refusal(403, 'Resource not accessible by integration')

/** The body was judged before: what is there has the form that GitHub describes. */
export function mint({ state, body }: Call, app: GithubApp): Answer {
  const { repositories, permissions = app.permissions } = (body ?? {}) as Wanted
  const isTooMuch = Object.entries(permissions).some(([name, level]) => !reaches(held(app.permissions, name), level))
  if (isTooMuch) return notGranted
  if (repositories?.some((name) => spelled(state.repositories, name) === undefined)) return notReached
  const selection = repositories === undefined ? 'all' : 'selected'
  const minted = app.mint(state, { permissions, repositories })
  return { status: 201, body: { ...minted, permissions, repository_selection: selection } }
}

/** The token that asks is the one that goes. */
export function revoke({ state, token, caller }: Call): Answer {
  if (caller !== 'installation') return notAccessible
  delete state.tokens[token]
  return gone
}

/** A file, for whoever may read it; to everybody else the repository is not there. */
export function contents({ state, shapes, token, params, caller }: Call): Answer {
  const name = spelled(state.repositories, params['repo'] ?? '')
  const path = params['path'] ?? ''
  const content = held(held(state.repositories, name ?? '') ?? {}, path)
  if (name === undefined || content === undefined) return notFound
  const scope = livingToken(state, token)
  if (caller === 'installation') {
    const isIn = scope?.repositories?.some((each) => each.toLowerCase() === name.toLowerCase()) ?? true
    if (!isIn) return notFound
    if (!reaches(held(scope?.permissions ?? {}, 'contents'), 'read')) return notAccessible
  }
  return { status: 200, body: shapes.file(name, path, content) }
}

/** Members and teams of an organisation are behind a permission of their own. */
export function mayTouchOrganisation({ state, token }: Pick<Call, 'state' | 'token'>, method: string): boolean {
  const level = livingToken(state, token)?.permissions['members']
  return reaches(level, method === 'GET' ? 'read' : 'write')
}

function reaches(given: string | undefined, wanted: string): boolean {
  const order = ['read', 'write', 'admin']
  return given !== undefined && order.indexOf(given) >= order.indexOf(wanted)
}
