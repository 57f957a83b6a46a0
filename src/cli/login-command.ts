import { hostname, userInfo } from 'node:os'
import { openAccess } from '../agent/access.ts'
import { forgetKept } from '../agent/kept-folder.ts'
import { withLock } from '../agent/lock-folder.ts'
import { logIn } from '../agent/log-in.ts'
import { lastServer, readLogin, writeLogin } from '../agent/login-state.ts'
import { newDeviceKey } from '../agent/proof.ts'
import { parseServerAddress } from '../agent/server-address.ts'
import { roughSpan } from '../agent/session-lines.ts'
import { type Trouble, usageTrouble } from '../agent/trouble.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { DeviceAuthorization } from '../wire/device.ts'
import { asClient, type Client } from './client.ts'

export interface LoginOptions {
  readonly server?: string
  readonly name?: string
  readonly json?: boolean
}

/** Ends when somebody confirmed this machine in chat, and says who. A log-in of before counts until then. */
export function loginCommand(options: LoginOptions): Promise<number> {
  return asClient(options, async (client) => {
    const server = serverOf(client, options.server)
    if (!server.ok) return server
    const names = { device: options.name ?? deviceName(), host: hostname().slice(0, 255) || 'unknown' }
    const before = readLogin(client.folder)
    const isSame = before.ok && before.value.server === server.value
    const key = isSame ? before.value.key : newDeviceKey()
    const login = await logIn(server.value, { names, key, show: (code) => showCode(client, code) })
    if (!login.ok) return login
    if (!isSame) await endLoginOf(client)
    await withLock(client.folder.path, async () => writeLogin(client.folder, login.value))
    if (client.isJson) client.json({ server: server.value, person: login.value.person, device: login.value.deviceId })
    else sayWho(client, login.value.person, before.ok ? before.value.person : undefined)
    return ok(0)
  })
}

function serverOf({ folder }: Client, typed: string | undefined): Result<string, Trouble> {
  if (typed !== undefined) return parseServerAddress(typed)
  const last = lastServer(folder)
  if (!last.ok) return last
  return last.value === undefined
    ? fail(usageTrouble('Which server?', 'Like this: thand login --server https://thand.acme.example'))
    : parseServerAddress(last.value)
}

/** stdout is for JSON alone, where that is wanted. */
function showCode({ terminal, isJson }: Client, code: DeviceAuthorization): void {
  const say = isJson ? terminal.err : terminal.out
  say('Type this in Slack (in Teams: @Thand in place of /thand):')
  say('')
  say(`    /thand login ${code.user_code}`, 'bold')
  say('')
  say('Then press “Yes, this is me” on the card that answers. Nobody else needs this code, and nobody asks you for it.')
  terminal.progress(
    'waiting for you to confirm in chat',
    `the code works for ${roughSpan(code.expires_in * 1000)} · Ctrl-C ends`,
  )
}

function sayWho({ terminal }: Client, person: string, before: string | undefined): void {
  terminal.out(`You are ${person} on this machine.`, 'bold')
  if (before !== undefined && before !== person) terminal.out(`Before, you were ${before}; that log-in has ended.`)
  terminal.out('What you can ask for: thand roles. Ask: thand request')
}

/** At another server: not left behind there. It may be dead already, and that server away. */
async function endLoginOf({ folder }: Client): Promise<void> {
  forgetKept(folder)
  const access = openAccess(folder)
  if (!access.ok) return
  const { deviceId } = access.value
  await access.value.call({ method: 'DELETE', path: `/devices/${encodeURIComponent(deviceId)}` })
}

function deviceName(): string {
  const { username } = userInfo()
  return `${username} on ${process.platform}`.slice(0, 64)
}
