import { withLock } from '../agent/lock-folder.ts'
import { forgetLogin } from '../agent/login-state.ts'
import { ok } from '../core/result.ts'
import { loggedIn } from './client.ts'

/** This machine, or another of one's own. A server that is away does not keep anybody's tokens on this machine. */
export function logoutCommand(device: string | undefined, options: { readonly json?: boolean }): Promise<number> {
  return loggedIn(options, async ({ access, api, folder, terminal, isJson, json }) => {
    const id = device ?? access.deviceId
    const ended = await api.endDevice(id)
    const isThis = id === access.deviceId
    if (isThis) await withLock(folder.path, async () => forgetLogin(folder))
    if (!ended.ok && (!isThis || ended.error.exitCode === 75)) return ended
    if (isJson) json({ device: id, state: 'logged_out' })
    else terminal.out(isThis ? 'This machine is logged out.' : `${id} is logged out.`)
    return ok(0)
  })
}
