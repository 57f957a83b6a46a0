import { listed, spanOf } from '../cards/words.ts'
import type { Session } from '../wire/session.ts'
import { plainTime } from './plain-time.ts'
import { onOneLine } from './printable.ts'

/** Sessions as a table: one a line, its id first. */
export function sessionTable(sessions: readonly Session[], nowMs = Date.now()): readonly string[] {
  const rows = sessions.map((session) =>
    [session.id, session.role, stateOf(session, nowMs), session.target].map(onOneLine),
  )
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => Array.from(row[column] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** `active until 14:32 (in 28 minutes)`. */
export function stateOf(session: Session, nowMs = Date.now()): string {
  const { state, lapses_at, expires_at, ended_at } = session
  switch (state) {
    case 'pending':
      return `waits for ${listed(session.decides)}${lapses_at === undefined ? '' : `, lapses ${moment(lapses_at, nowMs)}`}`
    case 'active':
      return `active${expires_at === undefined ? '' : ` until ${moment(expires_at, nowMs)}`}`
    case 'planned':
    case 'granting':
      return 'approved, being given'
    case 'revoking':
      return 'being taken back'
    case 'revoked':
      return `ended${ended_at === undefined ? '' : ` ${plainTime(Date.parse(ended_at), 'clock', nowMs)}`}`
    default:
      return state
  }
}

function moment(iso: string, nowMs: number): string {
  const at = Date.parse(iso)
  const clock = plainTime(at, 'clock', nowMs)
  return at <= nowMs ? clock : `${clock} (in ${roughSpan(at - nowMs)})`
}

/** Seconds only where they matter. */
export function roughSpan(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return spanOf(seconds < 120 ? seconds : Math.round(seconds / 60) * 60)
}
