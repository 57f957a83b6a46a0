import { sessionTable } from '../agent/session-lines.ts'
import { ok } from '../core/result.ts'
import { loggedIn } from './client.ts'

export interface SessionsOptions {
  readonly all?: boolean
  readonly json?: boolean
}

export function sessionsCommand(options: SessionsOptions): Promise<number> {
  return loggedIn(options, async ({ api, terminal, isJson, json }) => {
    const sessions = await api.sessions({ isAll: options.all === true })
    if (!sessions.ok) return sessions
    if (isJson) json({ sessions: sessions.value })
    else if (sessions.value.length > 0) for (const line of sessionTable(sessions.value)) terminal.out(line)
    else
      terminal.out(
        options.all === true
          ? 'You asked for nothing yet. Ask: thand request'
          : 'You have nothing at the moment. Ask: thand request',
      )
    return ok(0)
  })
}
