import { plainTime } from '../agent/plain-time.ts'
import { onOneLine } from '../agent/printable.ts'
import { ok } from '../core/result.ts'
import { loggedIn } from './client.ts'

export function devicesCommand(options: { readonly json?: boolean }): Promise<number> {
  return loggedIn(options, async ({ api, terminal, isJson, json }) => {
    const devices = await api.devices()
    if (!devices.ok) return devices
    if (isJson) json({ devices: devices.value })
    else {
      for (const { id, name, host, bound_at, seen_at, is_this } of devices.value) {
        const times = `since ${timeOf(bound_at)}, last seen ${timeOf(seen_at)}`
        terminal.out(
          [id, `${name} at ${host}`, times, is_this ? 'this machine' : ''].map(onOneLine).join('  ').trimEnd(),
        )
      }
      terminal.out('One that is not yours any more: thand logout <id>', 'dim')
    }
    return ok(0)
  })
}

function timeOf(iso: string): string {
  return plainTime(Date.parse(iso), 'day_and_clock')
}
