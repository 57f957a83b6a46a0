import { fail, ok, type Result } from '../core/result.ts'
import { type Answer, type Call, callServer, urlOf } from './call-server.ts'
import { withLock } from './lock-folder.ts'
import { forgetLogin, type Login, loginFrom, readLogin, writeLogin } from './login-state.ts'
import { proofOf } from './proof.ts'
import { proofRefused } from './proof-refused.ts'
import type { StateFolder } from './state-folder.ts'
import { LOGGED_OUT, notThand, type Trouble } from './trouble.ts'
import { undisturbed } from './undisturbed.ts'

/** A token that ends while its call is on the way is no use. */
const FRESH_FOR_MS = 10_000
const UNAUTHORIZED = 401

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
    if (!answer.ok || answer.value.status !== UNAUTHORIZED || isAboutProof(answer.value)) return refusedOr(answer)
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
  if (isAboutProof(answer.value)) return fail(proofRefused(answer.value))
  return fail(answer.value.status === UNAUTHORIZED ? LOGGED_OUT : answer.value.trouble)
}

/** A new token would be refused as well. */
function isAboutProof({ error, trouble }: Answer): boolean {
  return error === 'invalid_dpop_proof' || trouble?.code.startsWith('proof_') === true
}

/**
 * Another command may have done it meanwhile: what lies in the folder under the lock counts. A token that was used and whose
 * successor is not stored would look like a stolen one the next time.
 */
function refreshed(folder: StateFolder, used: Login): Promise<Result<Login, Trouble>> {
  return withLock(folder.path, () =>
    undisturbed(async () => {
      const now = readLogin(folder)
      if (!now.ok || now.value.accessToken.reveal() !== used.accessToken.reveal()) return now
      const fresh = await refresh(now.value)
      if (fresh.ok) writeLogin(folder, fresh.value)
      else if (fresh.error.code === LOGGED_OUT.code) forgetLogin(folder)
      return fresh
    }),
  )
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
  if (isAboutProof(answer.value)) return fail(proofRefused(answer.value))
  return fail(
    answer.value.error === 'invalid_grant'
      ? LOGGED_OUT
      : (answer.value.trouble ?? notThand(server, answer.value.status)),
  )
}
