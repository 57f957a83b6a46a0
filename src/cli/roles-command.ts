import { onOneLine } from '../agent/printable.ts'
import { spanOf } from '../cards/words.ts'
import { ok } from '../core/result.ts'
import { loggedIn } from './client.ts'

export function rolesCommand(filter: string, options: { readonly json?: boolean }): Promise<number> {
  return loggedIn(options, async ({ api, terminal, isJson, json }) => {
    const roles = await api.roles(filter)
    if (!roles.ok) return roles
    if (isJson) {
      json({ roles: roles.value })
      return ok(0)
    }
    const width = Math.max(0, ...roles.value.map(({ role }) => role.length))
    for (const { role, name, max_duration_seconds, description } of roles.value) {
      const words = [name, `at most ${spanOf(max_duration_seconds)}`, description].filter((word) => word !== '')
      terminal.out(`${onOneLine(role).padEnd(width)}  ${onOneLine(words.join(' · '))}`)
    }
    if (roles.value.length === 0) terminal.out('There is no such role that you can ask for. All of yours: thand roles')
    else terminal.out('Ask: thand request <role> <duration> [reason]', 'dim')
    return ok(0)
  })
}
