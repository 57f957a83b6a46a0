import { hexId } from './ids.ts'
import { Refusal } from './refusal.ts'
import type { SignedRequest } from './signature.ts'
import { type AwsState, held, type Session } from './state.ts'
import type { Asked, Reply } from './wire.ts'

const tokenMs = 15 * 60_000

/** Makes a link to the console out of a session: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html */
export function isFederation({ path }: SignedRequest): boolean {
  return path === '/federation'
}

export function readFederation({ query, body }: SignedRequest): Asked {
  const parameters = Object.fromEntries(new URLSearchParams(query === '' ? body.toString() : query))
  const operation = parameters['Action'] ?? ''
  return { service: 'federation', operation, parameters, model: undefined, described: undefined }
}

export function answerFederation({ operation, parameters }: Asked, state: AwsState, now: number): Reply {
  if (operation === 'getSigninToken') return signinToken(state, parameters, now)
  if (operation === 'login') return login(state, parameters, now)
  throw new Refusal('InvalidAction', 400, 'Action is none of getSigninToken, login')
}

function signinToken(state: AwsState, parameters: Asked['parameters'], now: number): Reply {
  const { sessionId, sessionKey, sessionToken } = sessionGiven(String(parameters['Session'] ?? ''))
  const session = held(state.sessions, String(sessionId))
  const isReal = session && session.secret === sessionKey && session.token === sessionToken
  if (!isReal || session.expiresAt <= now) throw new Refusal('InvalidSession', 400, 'The session is not valid.')
  checkDuration(parameters['SessionDuration'], session)
  const token = hexId(64)
  state.signinTokens[token] = { session: session.id, expiresAt: now + tokenMs }
  const headers = { 'content-type': 'application/json' }
  return { status: 200, headers, body: JSON.stringify({ SigninToken: token }) }
}

function checkDuration(given: unknown, { isChained }: Session): void {
  if (given === undefined) return
  const seconds = Number(given)
  const isRight = Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200 && !isChained
  if (!isRight) throw new Refusal('InvalidDuration', 400, 'SessionDuration is not valid for this session.')
}

function login(state: AwsState, parameters: Asked['parameters'], now: number): Reply {
  const token = held(state.signinTokens, String(parameters['SigninToken']))
  const session = token && held(state.sessions, token.session)
  if (!token || token.expiresAt <= now || !session || session.expiresAt <= now)
    throw new Refusal('InvalidToken', 400, 'The sign-in token is not valid.')
  return { status: 302, headers: { location: String(parameters['Destination'] ?? '/') }, body: '' }
}

function sessionGiven(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? { ...value } : {}
  } catch {
    return {}
  }
}
