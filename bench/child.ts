import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../test/support/postgres.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const READY_WITHIN_MS = 120_000
const STOP_WITHIN_MS = 25_000

export interface LogLine {
  readonly msg: string
  readonly time: number
  readonly subject?: string
  readonly detail?: { readonly late_ms?: number }
}

/** A server in a process of its own, on a port of this machine. */
export interface Child {
  readonly url: string
  /** From its beginning until it said that it is ready. */
  readonly readyMs: number
  log(): readonly LogLine[]
  stop(): Promise<void>
}

/** Of every child that runs: none outlives the bench. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export const thandServer = [path.join(ROOT, 'src/cli/thand.mjs'), 'server'] as const
export const floorServer = ['--import', 'tsx', path.join(ROOT, 'bench/floor.ts')] as const

export async function startChild(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Child> {
  const url = `http://127.0.0.1:${await freePort()}`
  const began = performance.now()
  const child = spawn(process.execPath, argv, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', PORT: new URL(url).port, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void gone.then(() => running.delete(child))
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`a server ended with ${child.exitCode}: ${said.slice(-500)}`)
    if (performance.now() - began > READY_WITHIN_MS) throw new Error('a server was not ready in time')
    await pause(5)
  }
  const readyMs = performance.now() - began
  return {
    url,
    readyMs,
    log: () =>
      said
        .slice(0, said.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as LogLine),
    async stop() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
      await gone
      clearTimeout(late)
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.ok === true
}
