import { setTimeout as pause } from 'node:timers/promises'
import { fail, ok, type Result } from '../core/result.ts'
import type { DeviceAuthorization } from '../wire/device.ts'
import { type Answer, type Call, callServer, urlOf } from './call-server.ts'
import { type Login, loginFrom } from './login-state.ts'
import { type DeviceKey, proofOf, publicPart } from './proof.ts'
import { proofRefused } from './proof-refused.ts'
import { notThand, type Trouble } from './trouble.ts'

const SLOWER_BY_SECONDS = 5

export interface Names {
  readonly device: string
  readonly host: string
}

export interface LoginWishes {
  readonly names: Names
  /** One key is one device: who logs in again at the same server has one entry in the list. */
  readonly key: DeviceKey
  readonly show: (code: DeviceAuthorization) => void
}

/** RFC 8628: shows the code, and waits until its person pressed *Yes, this is me* in chat. Writes nothing. */
export async function logIn(server: string, { names, key, show }: LoginWishes): Promise<Result<Login, Trouble>> {
  const begun = await begin(server, names, key)
  if (!begun.ok) return begun
  show(begun.value)
  return untilConfirmed(server, key, begun.value)
}

async function begin(server: string, names: Names, key: DeviceKey): Promise<Result<DeviceAuthorization, Trouble>> {
  const answer = await callServer(
    server,
    {
      method: 'POST',
      path: '/device_authorization',
      form: {
        client_id: 'thand',
        device_name: names.device,
        host_name: names.host,
        device_key: JSON.stringify(publicPart(key)),
      },
    },
    {},
  )
  if (!answer.ok) return answer
  if (answer.value.trouble !== undefined) return fail(answer.value.trouble)
  const { deviceAuthorization } = await import('../wire/device.ts')
  const read = deviceAuthorization.safeParse(answer.value.body)
  return read.success ? ok(read.data) : fail(notThand(server, answer.value.status))
}

/** Section 3.5. A server that does not answer for a moment is asked again: the code lives on. */
async function untilConfirmed(
  server: string,
  key: DeviceKey,
  code: DeviceAuthorization,
): Promise<Result<Login, Trouble>> {
  const { DEVICE_GRANT, token } = await import('../wire/device.ts')
  const call: Call = {
    method: 'POST',
    path: '/token',
    form: { grant_type: DEVICE_GRANT, client_id: 'thand', device_code: code.device_code },
  }
  const end = Date.now() + code.expires_in * 1000
  let intervalSeconds = code.interval
  while (Date.now() < end) {
    await pause(intervalSeconds * 1000)
    const answer = await callServer(server, call, {
      dpop: await proofOf(key, { method: 'POST', url: urlOf(server, call) }),
    })
    const next = answer.ok ? verdictOn(answer.value) : answer.error.exitCode === 75 ? 'slow_down' : answer.error
    if (next === 'slow_down') intervalSeconds += SLOWER_BY_SECONDS
    else if (next === 'confirmed' && answer.ok) {
      const read = token.safeParse(answer.value.body)
      return read.success ? ok(loginFrom(read.data, { server, key })) : fail(notThand(server, answer.value.status))
    } else if (typeof next === 'object') return fail(next)
  }
  return fail(CODE_EXPIRED)
}

function verdictOn(answer: Answer): 'confirmed' | 'wait' | 'slow_down' | Trouble {
  if (answer.trouble === undefined) return 'confirmed'
  if (answer.error === 'authorization_pending') return 'wait'
  if (answer.error === 'slow_down' || answer.status === 429 || answer.status === 503) return 'slow_down'
  if (answer.error === 'expired_token') return CODE_EXPIRED
  if (answer.error === 'invalid_dpop_proof') return proofRefused(answer)
  return answer.error === 'access_denied' ? DENIED : answer.trouble
}

const CODE_EXPIRED: Trouble = {
  code: 'expired_token',
  message: 'Nobody confirmed the code in time.',
  hint: 'For a new one: thand login',
  exitCode: 1,
}

const DENIED: Trouble = {
  code: 'access_denied',
  message: 'The log-in was refused in chat.',
  hint: 'If that was a mistake: thand login',
  exitCode: 1,
}
