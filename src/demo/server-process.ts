import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'

const READY_WITHIN_MS = 40_000

/** The real server in a process of its own, which may be killed and started again. */
export class ServerProcess {
  readonly #url: string
  readonly #logFile: string
  readonly #env: Readonly<Record<string, string>>
  #child: ChildProcess | undefined

  constructor(url: string, logFile: string, env: Readonly<Record<string, string>>) {
    this.#url = url
    this.#logFile = logFile
    this.#env = env
  }

  /** Ends when it is ready. */
  async start(): Promise<void> {
    const log = openSync(this.#logFile, 'a')
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', 'server'], {
      stdio: ['ignore', log, log],
      env: this.#env,
    })
    this.#child = child
    const end = Date.now() + READY_WITHIN_MS
    while (Date.now() < end) {
      if (child.exitCode !== null)
        throw new Error(`the server ended with ${child.exitCode}; its log is ${this.#logFile}`)
      const answer = await fetch(`${this.#url}/readyz`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
      if (answer?.ok === true) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('the server was not ready in time')
  }

  /** `SIGKILL`: as if the machine were gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.kill(signal)
    })
  }
}
