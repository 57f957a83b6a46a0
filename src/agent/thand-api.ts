import type { z } from 'zod'
import { fail, ok, type Result } from '../core/result.ts'
import type { CommandAnswer } from '../wire/command.ts'
import type { Credential } from '../wire/credential.ts'
import type { Device } from '../wire/device.ts'
import type { Session } from '../wire/session.ts'
import type { Access } from './access.ts'
import type { Call } from './call-server.ts'
import { notThand, type Trouble } from './trouble.ts'

type Wanted<T> = Promise<Result<T, Trouble>>

/** The calls of contract.md section 7, answers checked against the same schemas that the server sends by. */
export function thandApi(access: Access) {
  return {
    sessions: async (which: { readonly isAll: boolean }): Wanted<readonly Session[]> => {
      const answer = await read(
        access,
        get(`/sessions${which.isAll ? '?all=true' : ''}`),
        async () => (await import('../wire/session.ts')).sessions,
      )
      return answer.ok ? ok(answer.value.sessions) : answer
    },
    session: (id: string): Wanted<Session> =>
      read(
        access,
        get(`/sessions/${encodeURIComponent(id)}`),
        async () => (await import('../wire/session.ts')).session,
      ),
    command: (line: string): Wanted<CommandAnswer> =>
      read(
        access,
        { method: 'POST', path: '/commands', json: { line } },
        async () => (await import('../wire/command.ts')).commandAnswer,
      ),
    credential: (id: string): Wanted<Credential> =>
      read(
        access,
        { method: 'POST', path: `/sessions/${encodeURIComponent(id)}/credentials` },
        async () => (await import('../wire/credential.ts')).credential,
      ),
    devices: async (): Wanted<readonly Device[]> => {
      const answer = await read(access, get('/devices'), async () => (await import('../wire/device.ts')).devices)
      return answer.ok ? ok(answer.value.devices) : answer
    },
    endDevice: async (id: string): Wanted<undefined> => {
      const answer = await access.call({ method: 'DELETE', path: `/devices/${encodeURIComponent(id)}` })
      return answer.ok ? ok(undefined) : answer
    },
  }
}
export type ThandApi = ReturnType<typeof thandApi>

function get(path: string): Call {
  return { method: 'GET', path }
}

/** The schemas are loaded with the first answer: loading them first would be felt at every start. */
async function read<T>(access: Access, call: Call, schema: () => Promise<z.ZodType<T>>): Wanted<T> {
  const answer = await access.call(call)
  if (!answer.ok) return answer
  const parsed = (await schema()).safeParse(answer.value.body)
  return parsed.success ? ok(parsed.data) : fail(notThand(access.server, answer.value.status))
}
