import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import { fail, ok, type Result } from '../core/result.ts'

const GRACE_MS = 5_000
/** Ctrl-C at a terminal reaches the child by itself; twice would kill what wants to end well. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const
const FROM_OTHERS = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

/** As shells say it. */
export const NOT_FOUND = 127
const NOT_RUNNABLE = 126

export interface Child {
  readonly command: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Its keyboard is a terminal. */
  readonly hasTerminal: boolean
  /** The access is over. */
  readonly over: AbortSignal
}

/** A command with our own streams. Its exit code, or 128 and the number of the signal that ended it, as shells count; failed when it never ran. */
export function runChild({ command, env, hasTerminal, over }: Child): Promise<Result<number, 126 | 127>> {
  const [file, ...args] = command
  const child = spawn(file, args, { env: { ...env }, stdio: 'inherit' })
  const heard = new Map<NodeJS.Signals, () => void>()
  for (const signal of FROM_TERMINAL) heard.set(signal, () => hasTerminal || child.kill(signal))
  for (const signal of FROM_OTHERS) heard.set(signal, () => child.kill(signal))
  for (const [signal, listener] of heard) process.on(signal, listener)
  let kill: NodeJS.Timeout | undefined
  const end = () => {
    child.kill('SIGTERM')
    kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  }
  over.addEventListener('abort', end, { once: true })
  return new Promise<Result<number, 126 | 127>>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(fail(error.code === 'ENOENT' || !isThere(file, env['PATH']) ? NOT_FOUND : NOT_RUNNABLE)),
    )
    child.once('close', (code, signal) => resolve(ok(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))))
  }).finally(() => {
    clearTimeout(kill)
    over.removeEventListener('abort', end)
    for (const [signal, listener] of heard) process.off(signal, listener)
  })
}

/** A folder of PATH that one may not look into makes the system say "no access" of what is nowhere. */
function isThere(file: string, searched = ''): boolean {
  if (file.includes(path.sep)) return existsSync(file)
  return searched.split(path.delimiter).some((folder) => folder !== '' && existsSync(path.join(folder, file)))
}
