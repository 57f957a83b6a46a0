// A server of the product in a process of its own, for races and kills. Talks to its parent over IPC.
import { pino } from 'pino'
import { readEnvironment } from '../../src/config/env.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { engines, startServer } from '../../src/main.ts'
import type { Provider } from '../../src/ports/provider.ts'
import { type Watch, watched } from './watched-store.ts'

/** The name of a point, and which time of passing it is the last: `answered lower`, 1. */
const { KILL_AT: killAt, KILL_TIME: killTime = '1' } = process.env
const passed = new Map<string, number>()
/** Part of the name of a point at which this process stops, once, until somebody lets it go on. */
let stopAt: string | undefined

/** A commit point, or a moment around a call of the provider. The parent knows its name before this process dies. */
function point(label: string): void {
  const time = (passed.get(label) ?? 0) + 1
  passed.set(label, time)
  process.send?.({ kind: 'point', label })
  if (label === killAt && time === Number(killTime)) process.kill(process.pid, 'SIGKILL')
  if (stopAt === undefined || !label.includes(stopAt)) return
  stopAt = undefined
  process.kill(process.pid, 'SIGSTOP')
}

const gates = new Map<string, () => void>()
const armed = new Set<string>()
process.on('message', (message: { kind: 'arm' | 'go' | 'stop'; id: string }) => {
  if (message.kind === 'arm') armed.add(message.id)
  else if (message.kind === 'stop') stopAt = message.id
  else gates.get(message.id)?.()
})

const watch: Watch = {
  async before(label, id) {
    if (label !== 'requests.lock' || typeof id !== 'string' || !armed.delete(id)) return
    await new Promise<void>((resolve) => {
      gates.set(id, resolve)
      process.send?.({ kind: 'at', id })
    })
  },
  committed: (labels) => point(`commit ${[...new Set(labels)].join(' + ')}`),
}

/** What changes something at the provider. */
const CALLS = ['raise', 'lower', 'issue', 'withdraw']

function watchedProvider(provider: Provider): Provider {
  return new Proxy(provider, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (!CALLS.includes(String(name))) return value.bind(target)
      return async (...args: readonly unknown[]) => {
        point(`before ${String(name)}`)
        const result: unknown = await Reflect.apply(value, target, args)
        point(`answered ${String(name)}`)
        return result
      }
    },
  })
}

const environment = readEnvironment(process.env)
if (!environment.ok) throw new Error(JSON.stringify(environment.error))
const { configPath: path } = environment.value
const config = await loadConfig({ path, env: process.env, engines, platforms: ['slack'], isProduction: false })
if (!config.ok) throw new Error(JSON.stringify(config.error))
const log = pino({ level: 'warn' })
const wrapping = { store: (store: Parameters<typeof watched>[0]) => watched(store, watch), provider: watchedProvider }
const started = await startServer(environment.value, config.value, log, wrapping)
if (!started.ok) throw new Error(started.error.code)
process.send?.({ kind: 'ready', url: started.value.url })
