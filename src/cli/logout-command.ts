import { withLock } from '../agent/lock-folder.ts'
import { forgetLogin } from '../agent/login-state.ts'
import { LOGGED_OUT } from '../agent/trouble.ts'
import { fail, ok } from '../core/result.ts'
import { loggedIn } from './client.ts'

/** This machine, or another of one's own. Tokens and key leave this machine whatever the server says. */
export function logoutCommand(device: string | undefined, options: { readonly json?: boolean }): Promise<number> {
  return loggedIn(options, async ({ access, api, folder, terminal, isJson, json }) => {
    const id = device ?? access.deviceId
    const isThis = id === access.deviceId
    const ended = await api.endDevice(id)
    if (isThis) await withLock(folder.path, async () => forgetLogin(folder))
    if (!ended.ok && !(isThis && ended.error.code === LOGGED_OUT.code))
      return fail(
        isThis ? { ...ended.error, hint: `Its tokens are gone from here; in chat: /thand logout ${id}` } : ended.error,
      )
    if (isJson) json({ device: id, state: 'logged_out' })
    else terminal.out(isThis ? 'This machine is logged out.' : `${id} is logged out.`)
    return ok(0)
  })
}
