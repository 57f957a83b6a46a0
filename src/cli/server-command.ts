import { type Logger, pino } from 'pino'
import { engines, type Running, startServer } from '../main.ts'
import { errorOf } from '../sweeper/error-of.ts'
import { readEnvFile } from './env-file.ts'
import { type Configuration, readConfiguration } from './read-configuration.ts'

const STOP_WITHIN_MS = 20_000

/** Runs until SIGTERM or SIGINT, drains, and ends 0. Configuration errors end 2 before anything listens. */
export async function serverCommand(env: NodeJS.ProcessEnv): Promise<number> {
  readEnvFile(env)
  // Versions are locked, and what they need is checked here: the SDK of AWS need not say it at each start.
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const hangUps = new HangUps()
  const read = await readConfiguration(env, engines)
  if (!read.ok) {
    process.stderr.write(read.error)
    return 2
  }
  const { environment, config } = read.value
  const log = pino({ level: environment.logLevel, base: null, formatters: { level: (level) => ({ level }) } })
  sayNotes(read.value, log)
  const started = await startServer(environment, config, log)
  if (!started.ok) {
    const { directory, pid } = started.error
    process.stderr.write(
      `${directory} is in use by process ${pid}: an embedded database serves one process.\nStop that one, or set DATABASE_URL.\n`,
    )
    return 2
  }
  log.info({ url: started.value.url, pid: process.pid }, 'server_ready')
  hangUps.each(() => reload(env, started.value, log))
  await new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  })
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
  await hangUps.settled()
  await started.value.stop()
  log.info({}, 'server_stopped')
  return 0
}

/** The files again, with the environment of the start. What is wrong with them is logged, and the old ones hold on. */
async function reload(env: NodeJS.ProcessEnv, running: Running, log: Logger): Promise<void> {
  try {
    const read = await readConfiguration(env, engines)
    if (!read.ok) return log.error({ problems: read.error }, 'configuration_not_loaded')
    sayNotes(read.value, log)
    const loaded = await running.reload(read.value.config)
    if (!loaded.ok) return log.error({ why: loaded.error.code, key: loaded.error.key }, 'configuration_not_loaded')
    log.info({ hash: read.value.config.hash }, 'configuration_reloaded')
  } catch (error) {
    log.error({ why: errorOf(error) }, 'configuration_not_loaded')
  }
}

function sayNotes({ config, notes }: Configuration, log: Logger): void {
  for (const note of notes) log.warn({ note }, 'configuration_note')
  for (const { role, words, place } of config.cautions) log.warn({ role, words, place }, 'role_caution')
}

/** SIGHUP from the start of the process on, where it would end it otherwise. One after the other; two that wait are one. */
class HangUps {
  #act: (() => Promise<void>) | undefined
  #acting: Promise<void> | undefined
  #isWaiting = false

  constructor() {
    process.on('SIGHUP', () => {
      this.#isWaiting = true
      this.#go()
    })
  }

  each(act: () => Promise<void>): void {
    this.#act = act
    this.#go()
  }

  async settled(): Promise<void> {
    this.#act = undefined
    await this.#acting
  }

  #go(): void {
    const act = this.#act
    if (act === undefined || this.#acting !== undefined || !this.#isWaiting) return
    this.#isWaiting = false
    this.#acting = act().finally(() => {
      this.#acting = undefined
      this.#go()
    })
  }
}
