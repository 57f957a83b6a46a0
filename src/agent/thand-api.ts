import type { z } from 'zod'
import { fail, ok, type Result } from '../core/result.ts'
import type { CommandAnswer } from '../wire/command.ts'
import type { Credential } from '../wire/credential.ts'
import type { Device } from '../wire/device.ts'
import type { WireRole } from '../wire/role.ts'
import type { Session } from '../wire/session.ts'
import type { Access } from './access.ts'
import type { Call } from './call-server.ts'
import { notThand, type Trouble } from './trouble.ts'

type Wanted<T> = Promise<Result<T, Trouble>>

/** The calls of contract.md section 7; answers are checked against the schemas that the server sends by. */
export interface ThandApi {
  sessions(which: { readonly isAll: boolean }): Wanted<readonly Session[]>
  session(id: string): Wanted<Session>
  command(line: string): Wanted<CommandAnswer>
  credential(id: string): Wanted<Credential>
  /** It is needed no more. */
  giveBack(id: string, number: number): ReturnType<Access['call']>
  roles(filter: string): Wanted<readonly WireRole[]>
  devices(): Wanted<readonly Device[]>
  endDevice(id: string): Wanted<unknown>
}

/** Schemas are loaded with the answer: loading them first would be felt at every start. */
export function thandApi(access: Access): ThandApi {
  const get = (path: string): Call => ({ method: 'GET', path })
  const wire = { session: () => import('../wire/session.ts'), device: () => import('../wire/device.ts') }
  return {
    sessions: async ({ isAll }) => {
      const call = get(`/sessions${isAll ? '?all=true' : ''}`)
      const answer = await read(access, call, async () => (await wire.session()).sessions)
      return answer.ok ? ok(answer.value.sessions) : answer
    },
    session: async (id) =>
      ofMine(id, await read(access, get(sessionPath(id)), async () => (await wire.session()).session)),
    command: async (line) => {
      const call: Call = { method: 'POST', path: '/commands', json: { line } }
      return takenOrNot(await read(access, call, async () => (await import('../wire/command.ts')).commandAnswer))
    },
    credential: async (id) => {
      const call: Call = { method: 'POST', path: `${sessionPath(id)}/credentials` }
      return ofMine(id, await read(access, call, async () => (await import('../wire/credential.ts')).credential))
    },
    giveBack: (id, number) => access.call({ method: 'DELETE', path: `${sessionPath(id)}/credentials/${number}` }),
    roles: async (filter) => {
      const call = get(`/roles?${new URLSearchParams({ filter })}`)
      const answer = await read(access, call, async () => (await import('../wire/role.ts')).roles)
      return answer.ok ? ok(answer.value.roles) : answer
    },
    devices: async () => {
      const answer = await read(access, get('/devices'), async () => (await wire.device()).devices)
      return answer.ok ? ok(answer.value.devices) : answer
    },
    endDevice: (id) => access.call({ method: 'DELETE', path: `/devices/${encodeURIComponent(id)}` }),
  }
}

function sessionPath(id: string): string {
  return `/sessions/${encodeURIComponent(id)}`
}

async function read<T>(access: Access, call: Call, schema: () => Promise<z.ZodType<T>>): Wanted<T> {
  const answer = await access.call(call)
  if (!answer.ok) return answer
  const parsed = (await schema()).safeParse(answer.value.body)
  return parsed.success ? ok(parsed.data) : fail(notThand(access.server, answer.value.status))
}

/** What belongs to somebody else is not there either. */
function ofMine<T>(id: string, answer: Result<T, Trouble>): Result<T, Trouble> {
  if (answer.ok || answer.error.code !== 'not_found') return answer
  return fail({ ...answer.error, message: `You have no ${id}.`, hint: 'Yours: thand sessions --all' })
}

/** A line whose answer was lost may have had its effect. */
function takenOrNot<T>(answer: Result<T, Trouble>): Result<T, Trouble> {
  if (answer.ok || answer.error.code !== 'server_unreachable') return answer
  return fail({ ...answer.error, hint: `${answer.error.hint} Whether it was taken, thand sessions tells.` })
}
