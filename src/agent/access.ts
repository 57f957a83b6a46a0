import { fail, ok, type Result } from '../core/result.ts'
import { type Answer, type Call, callServer, urlOf } from './call-server.ts'
import { withLock } from './lock-folder.ts'
import { forgetLogin, type Login, loginFrom, readLogin, writeLogin } from './login-state.ts'
import { proofOf } from './proof.ts'
import type { StateFolder } from './state-folder.ts'
import { KEY_REFUSED, LOGGED_OUT, type Trouble } from './trouble.ts'

/** A token that ends while its call is on the way is no use. */
const FRESH_FOR_MS = 10_000
const UNAUTHORIZED = 401
const SKEW_SECONDS = 45

/** Calls of a machine that is logged in: each with a short token bound to its key, fetched anew when it is needed. */
export interface Access {
  readonly server: string
  readonly person: string
  readonly deviceId: string
  /** An answer that is a refusal comes as the trouble. */
  call(call: Call): Promise<Result<Answer, Trouble>>
}

export function openAccess(folder: StateFolder): Result<Access, Trouble> {
  const first = readLogin(folder)
  if (!first.ok) return first
  const { server, person, deviceId } = first.value
  let login = first.value
  const call = async (wanted: Call): Promise<Result<Answer, Trouble>> => {
    if (login.accessUntilMs - Date.now() < FRESH_FOR_MS) {
      const fresh = await refreshed(folder, login)
      if (!fresh.ok) return fresh
      login = fresh.value
    }
    const answer = await callAs(login, wanted)
    if (!answer.ok || answer.value.status !== UNAUTHORIZED) return refusedOr(answer)
    const again = await refreshed(folder, login)
    if (!again.ok) return again
    login = again.value
    return refusedOr(await callAs(login, wanted))
  }
  return ok({ server, person, deviceId, call })
}

async function callAs({ server, key, accessToken }: Login, call: Call): Promise<Result<Answer, Trouble>> {
  const token = accessToken.reveal()
  const dpop = await proofOf(key, { method: call.method, url: urlOf(server, call), accessToken: token })
  return callServer(server, call, { authorization: `DPoP ${token}`, dpop })
}

function refusedOr(answer: Result<Answer, Trouble>): Result<Answer, Trouble> {
  if (!answer.ok || answer.value.trouble === undefined) return answer
  if (answer.value.status === UNAUTHORIZED) return fail(loggedOut(answer.value))
  return fail(answer.value.trouble)
}

/** Another command may have done it meanwhile: what lies in the folder under the lock counts. */
function refreshed(folder: StateFolder, used: Login): Promise<Result<Login, Trouble>> {
  return withLock(folder.path, async () => {
    const now = readLogin(folder)
    if (!now.ok) return now
    if (now.value.accessToken.reveal() !== used.accessToken.reveal()) return now
    const token = await refresh(now.value)
    if (token.ok) writeLogin(folder, token.value)
    else if (token.error.code === LOGGED_OUT.code) forgetLogin(folder)
    return token
  })
}

async function refresh(login: Login): Promise<Result<Login, Trouble>> {
  const { server, key } = login
  const call: Call = {
    method: 'POST',
    path: '/token',
    form: { grant_type: 'refresh_token', client_id: 'thand', refresh_token: login.refreshToken.reveal() },
  }
  const answer = await callServer(server, call, {
    dpop: await proofOf(key, { method: 'POST', url: urlOf(server, call) }),
  })
  if (!answer.ok) return answer
  const { token } = await import('../wire/device.ts')
  const read = token.safeParse(answer.value.body)
  if (answer.value.trouble === undefined && read.success) return ok(loginFrom(read.data, { server, key }))
  const isOver = [400, UNAUTHORIZED].includes(answer.value.status)
  return fail(isOver ? loggedOut(answer.value) : (answer.value.trouble ?? LOGGED_OUT))
}

/** A clock that is wrong makes every proof invalid, and nobody guesses that. */
function loggedOut({ clockAheadSeconds, error }: Answer): Trouble {
  if (error === 'invalid_grant') return LOGGED_OUT
  if (Math.abs(clockAheadSeconds) < SKEW_SECONDS) return KEY_REFUSED
  const minutes = Math.max(1, Math.round(Math.abs(clockAheadSeconds) / 60))
  return {
    code: 'clock_differs',
    message: `This machine’s clock is ${minutes} min ${clockAheadSeconds > 0 ? 'behind' : 'ahead of'} the server’s, which refuses its proofs.`,
    hint: 'Set the clock, and try again.',
    exitCode: 1,
  }
}
