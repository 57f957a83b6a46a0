import { childCredential } from '../agent/child-credential.ts'
import { plainTime } from '../agent/plain-time.ts'
import { NOT_FOUND, runChild } from '../agent/run-child.ts'
import { usageTrouble } from '../agent/trouble.ts'
import { usableSession } from '../agent/usable-session.ts'
import { watchSession } from '../agent/watch-session.ts'
import { fail, ok } from '../core/result.ts'
import type { Session } from '../wire/session.ts'
import { type LoggedIn, loggedIn } from './client.ts'

/** The credential is in the child's environment and nowhere else, and the child ends with the access. Its exit code is ours. */
export function runCommand(id: string, [file, ...args]: readonly string[]): Promise<number> {
  return loggedIn({}, async (client) => {
    if (file === undefined) return fail(usageTrouble('Run what?', `Like this: thand run ${id} -- gh repo list`))
    const found = await client.api.session(id)
    const session = found.ok ? usableSession(found.value) : found
    return session.ok ? runWith(client, session.value, [file, ...args]) : session
  })
}

async function runWith(client: LoggedIn, session: Session, command: readonly [string, ...string[]]) {
  const { api, terminal } = client
  let seen = session
  const given = await childCredential({ api, terminal, env: process.env, session: () => seen })
  if (!given.ok) return given
  const [over, left] = [new AbortController(), new AbortController()]
  const { env, endsFirstAtMs, close } = given.value
  over.signal.addEventListener('abort', () =>
    terminal.err(`${session.id} has ended: the command is asked to stop.`, 'yellow'),
  )
  if (endsFirstAtMs !== undefined) terminal.err(shorterLife(session, endsFirstAtMs), 'dim')
  const see = (now: Session) => {
    seen = now
  }
  const watching = watchSession(api, session, { over, left: left.signal, see })
  const hasTerminal = process.stdin.isTTY === true
  const code = await runChild({ command, env, hasTerminal, over: over.signal })
  left.abort()
  await watching
  // What has ended takes its credentials back by itself; where this call fails the end does it later.
  const living = await close()
  if (!over.signal.aborted) for (const { number } of living) await api.giveBack(session.id, number)
  if (!code.ok)
    terminal.err(`${command[0]}: ${code.error === NOT_FOUND ? 'there is no such command' : 'cannot be run'}.`)
  return ok(code.ok ? code.value : code.error)
}

function shorterLife({ expires_at }: Session, endsFirstAtMs: number): string {
  const access = expires_at === undefined ? 'longer' : `until ${plainTime(Date.parse(expires_at), 'clock')}`
  return `The credential works until ${plainTime(endsFirstAtMs, 'clock')}; the access itself ${access}. Start again for a new one.`
}
