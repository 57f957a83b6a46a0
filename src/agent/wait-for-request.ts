import { setTimeout as pause } from 'node:timers/promises'
import { listed } from '../cards/words.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Session } from '../wire/session.ts'
import { roughSpan } from './session-lines.ts'
import type { Terminal } from './terminal.ts'
import type { ThandApi } from './thand-api.ts'
import type { Trouble } from './trouble.ts'

const LOOK_EVERY_MS = 1_000
const AWAY_AT_MOST_MS = 60_000

export interface Waiting {
  readonly api: ThandApi
  readonly terminal: Terminal
  /** Ends the wait, and nothing else: the request stays open. */
  readonly signal: AbortSignal
}

/** Until somebody decided and the access is there, or it is clear that it will not be. Undefined: whoever waited left. */
export async function waitForRequest(waiting: Waiting, id: string): Promise<Result<Session | undefined, Trouble>> {
  const since = Date.now()
  let heardAt = since
  while (!waiting.signal.aborted) {
    const found = await waiting.api.session(id)
    if (found.ok) {
      heardAt = Date.now()
      if (!isOpen(found.value)) return found
      waiting.terminal.progress(
        whatIsWaitedFor(found.value),
        `${roughSpan(Date.now() - since)} · Ctrl-C leaves the request open`,
      )
    } else if (found.error.exitCode !== 75 || Date.now() - heardAt > AWAY_AT_MOST_MS) return fail(found.error)
    else
      waiting.terminal.progress(
        'the server does not answer at the moment',
        'asking again · Ctrl-C leaves the request open',
      )
    await pause(LOOK_EVERY_MS, undefined, { signal: waiting.signal }).catch(() => undefined)
  }
  return ok(undefined)
}

function isOpen({ state }: Session): boolean {
  return state === 'pending' || state === 'planned' || state === 'granting'
}

function whatIsWaitedFor(session: Session): string {
  if (session.state === 'pending') return `waiting for ${listed(session.decides)}`
  const by = session.approved_by.length === 0 ? 'approved' : `approved by ${listed(session.approved_by)}`
  return `${by} · waiting for ${session.provider_name}`
}
