import { setTimeout as pause } from 'node:timers/promises'
import type { Session } from '../wire/session.ts'
import type { ThandApi } from './thand-api.ts'

const LOOK_EVERY_MS = 2_000
const SHORTEST_MS = 250

export interface Watching {
  readonly over: AbortController
  /** Nobody needs to know any more. */
  readonly left: AbortSignal
  readonly see: (now: Session) => void
}

/**
 * Aborts `over` when the access ends, however it ends: time, *End now*, a person who left. An extension moves the time. While the
 * server is away the last time that it said counts.
 */
export async function watchSession(api: ThandApi, session: Session, { over, left, see }: Watching): Promise<void> {
  let until = endOf(session)
  while (!left.aborted) {
    const waitMs = Math.max(SHORTEST_MS, Math.min(LOOK_EVERY_MS, until - Date.now()))
    await pause(waitMs, undefined, { signal: left }).catch(() => undefined)
    if (left.aborted) return
    const now = await api.session(session.id)
    if (now.ok) {
      until = endOf(now.value)
      see(now.value)
    }
    // The clock of the server decides; ours may be a minute off, and counts only while the server is away.
    const isOver = now.ok ? now.value.state !== 'active' : now.error.exitCode !== 75 || Date.now() >= until
    if (isOver) return over.abort()
  }
}

function endOf({ expires_at }: Session): number {
  return expires_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires_at)
}
