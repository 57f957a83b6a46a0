import { drawCard } from '../agent/plain-card.ts'
import { plainTime } from '../agent/plain-time.ts'
import { onOneLine } from '../agent/printable.ts'
import { type Trouble, usageTrouble } from '../agent/trouble.ts'
import { waitForRequest } from '../agent/wait-for-request.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Session } from '../wire/session.ts'
import { type LoggedIn, loggedIn } from './client.ts'

export interface RequestOptions {
  readonly wait: boolean
  readonly json?: boolean
}

/** Asks, and waits until the access is there. `words`: role, duration, reason; none at a terminal: a wizard asks for them. */
export function requestCommand(words: readonly string[], options: RequestOptions): Promise<number> {
  return loggedIn(options, async (client) => {
    const line = await lineOf(client, words)
    if (!line.ok) return line
    if (line.value === undefined) return ok(1)
    const answer = await client.api.command(line.value)
    if (!answer.ok) return answer
    const { card, id } = answer.value
    if (!client.isJson) drawCard(client.terminal, card)
    if (id === undefined || !options.wait) {
      if (client.isJson) client.json(answer.value)
      return ok(0)
    }
    return outcomeOf(client, id)
  })
}

async function lineOf(client: LoggedIn, words: readonly string[]): Promise<Result<string | undefined, Trouble>> {
  if (words.length > 0) return ok(`request ${words.join(' ')}`)
  if (client.isJson || !client.terminal.isInteractive)
    return fail(usageTrouble('Ask for what?', 'Like this: thand request github:org-admin 30m fix billing'))
  return (await import('./request-wizard.ts')).requestWizard(client.api)
}

async function outcomeOf(client: LoggedIn, id: string): Promise<Result<number, Trouble>> {
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave)
  const decided = await waitForRequest({ api: client.api, terminal: client.terminal, signal: leaving.signal }, id)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, leave)
  if (!decided.ok)
    return fail({ ...decided.error, hint: `${decided.error.hint} The request stays open: thand show ${id}` })
  if (decided.value === undefined) {
    if (client.isJson) client.json({ id, state: 'open' })
    else client.terminal.err(`${id} stays open. See it: thand show ${id}. Take it back: thand cancel ${id}`)
    return ok(1)
  }
  if (client.isJson) client.json(decided.value)
  else sayOutcome(client, decided.value)
  return ok(decided.value.state === 'active' ? 0 : 1)
}

/** Who has what until when, what happens next, and what one can now do: in the zone of who reads it. */
function sayOutcome({ terminal }: LoggedIn, session: Session): void {
  const { id, state, title, ends, role_name, provider_name, expires_at, has_credentials } = session
  if (state !== 'active') {
    terminal.err(onOneLine(title), 'yellow')
    return
  }
  const until = expires_at === undefined ? '' : ` until ${plainTime(Date.parse(expires_at), 'clock')}`
  terminal.out(onOneLine(`${role_name} at ${provider_name} is yours${until}.`), 'green')
  terminal.out(onOneLine(`Afterwards: ${ends}.`))
  terminal.out(has_credentials ? `Use it: thand run ${id} -- <command>` : 'Use it: the right is on your own account.')
  terminal.out(`End it: thand end ${id}`)
}
