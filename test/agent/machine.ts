import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { until } from '../support/world.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Running {
  /** Both streams, as far as they came. */
  readonly said: () => string
  readonly signal: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
  /** The first match in what it said. */
  says(pattern: RegExp): Promise<string>
}

/** A person's own machine: a home of its own, Node, and the one file. */
export interface Machine {
  readonly home: string
  /** Where the state lies. */
  readonly state: string
  start(args: readonly string[], options?: StartOptions): Running
  run(...args: readonly string[]): Promise<Ended>
  /** Something else than `thand`. */
  other(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>): Running
  /** At a terminal; both streams are one there. `type` is what somebody presses. */
  sit(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Running & { readonly type: (keys: string) => void }
  /** With an address of a server, until `confirm` of the code let it in. */
  login(server: string, confirm: (code: string) => unknown): Promise<Ended>
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

let bundle: string | undefined

/** The same file that `npm run build` makes, from the source of now; it lies alone in its folder. */
export function agentFile(): string {
  if (bundle !== undefined) return bundle
  const folder = mkdtempSync(path.join(tmpdir(), 'thand-agent-'))
  bundle = path.join(folder, 'thand-agent.mjs')
  execFileSync(process.execPath, [path.join(ROOT, 'src/cli/bundle-agent.mjs'), bundle])
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return bundle
}

export function givenMachine(): Machine {
  const home = mkdtempSync(path.join(tmpdir(), 'thand-home-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))
  const state = path.join(home, 'config', 'thand')
  mkdirSync(path.dirname(state))
  const base = { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: path.dirname(state) }
  const begin = (command: readonly [string, ...string[]], env: Readonly<Record<string, string>>) => {
    const [file, ...args] = command
    const child = spawn(file, args, { cwd: home, env: { ...base, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said.out += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said.err += chunk))
    const both = () => said.out + said.err
    return {
      stdin: child.stdin,
      said: both,
      signal: (signal: NodeJS.Signals) => child.kill(signal),
      ended: new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...said }))),
      says: (pattern: RegExp) => until(`${args.join(' ')} to say ${pattern}`, () => both().match(pattern)?.[0]),
    }
  }
  const start = (args: readonly string[], { env = {}, stdin = '' }: StartOptions = {}) => {
    const running = begin([process.execPath, agentFile(), ...args], env)
    running.stdin.end(stdin)
    return running
  }
  const run = (...args: readonly string[]) => start(args).ended
  return {
    home,
    state,
    start,
    run,
    other: begin,
    sit(args, env = {}) {
      const words = [process.execPath, agentFile(), ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
      const running = begin(['script', '-qfec', `stty cols 100 rows 30; exec ${words.join(' ')}`, '/dev/null'], {
        TERM: 'xterm',
        ...env,
      })
      return { ...running, type: (keys) => running.stdin.write(keys) }
    },
    async login(server, confirm) {
      const running = start(['login', '--server', server])
      await confirm(await running.says(/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/))
      return running.ended
    },
  }
}

/** Nobody listens there. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
