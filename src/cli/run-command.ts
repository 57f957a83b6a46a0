import { environmentOf } from '../agent/environment-of.ts'
import { plainTime } from '../agent/plain-time.ts'
import { NOT_FOUND, runChild } from '../agent/run-child.ts'
import { stateOf } from '../agent/session-lines.ts'
import { type Trouble, usageTrouble } from '../agent/trouble.ts'
import { watchSession } from '../agent/watch-session.ts'
import { fail, ok } from '../core/result.ts'
import type { Credential } from '../wire/credential.ts'
import type { Session } from '../wire/session.ts'
import { loggedIn } from './client.ts'

/** The credential is in the child's environment and nowhere else, and the child ends with the access. Its exit code is ours. */
export function runCommand(id: string, [file, ...args]: readonly string[]): Promise<number> {
  return loggedIn({}, async ({ api, terminal }) => {
    if (file === undefined) return fail(usageTrouble('Run what?', `Like this: thand run ${id} -- gh repo list`))
    const session = await api.session(id)
    if (!session.ok) return session
    const refused = refusalOf(session.value)
    if (refused !== undefined) return fail(refused)
    const credential = await api.credential(session.value.id)
    if (!credential.ok) return credential
    const environment = environmentOf(credential.value)
    if (!environment.ok) return environment
    const [over, left] = [new AbortController(), new AbortController()]
    over.signal.addEventListener('abort', () =>
      terminal.err(`${id} has ended: the command is asked to stop.`, 'yellow'),
    )
    const note = shorterLife(session.value, credential.value)
    if (note !== undefined) terminal.err(note, 'dim')
    const watching = watchSession(api, session.value, { over, left: left.signal })
    const child = { ...process.env, ...environment.value }
    const hasTerminal = process.stdin.isTTY === true
    const code = await runChild({ command: [file, ...args], env: child, hasTerminal, over: over.signal })
    left.abort()
    await watching
    // What has ended takes its credentials back by itself; where this call fails the end does it later.
    if (!over.signal.aborted) await api.giveBack(session.value.id, credential.value.number)
    if (!code.ok) terminal.err(`${file}: ${code.error === NOT_FOUND ? 'there is no such command' : 'cannot be run'}.`)
    return ok(code.ok ? code.value : code.error)
  })
}

function refusalOf(session: Session): Trouble | undefined {
  const { id, state, has_credentials, role } = session
  if (state !== 'active')
    return {
      code: 'not_active',
      message: `${id} is not active: ${stateOf(session)}.`,
      hint: state === 'pending' ? `See: thand show ${id}` : `Ask again: thand request ${role}`,
      exitCode: 1,
    }
  if (has_credentials) return undefined
  return {
    code: 'no_credential',
    message: `${id} gives no credential: the right is on your own account until the end.`,
    hint: 'Use what you use every day; nothing needs to be run by thand.',
    exitCode: 1,
  }
}

function shorterLife(session: Session, credential: Credential): string | undefined {
  const until = Date.parse(credential.expires_at)
  if (session.expires_at === undefined || until >= Date.parse(session.expires_at)) return undefined
  return `The credential works until ${plainTime(until, 'clock')}; the access itself until ${plainTime(Date.parse(session.expires_at), 'clock')}. Start again for a new one.`
}
