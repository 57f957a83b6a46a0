import { pino } from 'pino'
import { engines, startServer } from '../main.ts'
import { readEnvFile } from './env-file.ts'
import { readConfiguration } from './read-configuration.ts'

const STOP_WITHIN_MS = 20_000

/** Runs until SIGTERM or SIGINT, drains, and ends 0. Configuration errors end 2 before anything listens. */
export async function serverCommand(env: NodeJS.ProcessEnv): Promise<number> {
  readEnvFile(env)
  const read = await readConfiguration(env, engines)
  if (!read.ok) {
    process.stderr.write(read.error)
    return 2
  }
  const { environment, config, notes } = read.value
  const log = pino({ level: environment.logLevel, base: null, formatters: { level: (level) => ({ level }) } })
  for (const note of notes) log.warn({ note }, 'configuration_note')
  const started = await startServer(environment, config, log)
  if (!started.ok) {
    const { directory, pid } = started.error
    process.stderr.write(
      `${directory} is in use by process ${pid}: an embedded database serves one process.\nStop that one, or set DATABASE_URL.\n`,
    )
    return 2
  }
  log.info({ url: started.value.url }, 'server_ready')
  await new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  })
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
  await started.value.stop()
  log.info({}, 'server_stopped')
  return 0
}
