import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Narrator } from './narrator.ts'

/** Ann's own machine: a home of its own, and the `thand` command in a process of its own. */
export class Machine {
  readonly #home: string
  readonly #narrator: Narrator

  constructor(home: string, narrator: Narrator) {
    this.#home = home
    this.#narrator = narrator
    mkdirSync(home, { recursive: true })
  }

  /** What it prints is shown as it comes; ends with its exit code. */
  async run(...args: readonly string[]): Promise<number> {
    return ended(this.start(args).child)
  }

  start(args: readonly string[]): { readonly child: ChildProcess; readonly said: () => string } {
    this.#narrator.does('Ann', `types in her terminal  thand ${args.map(quoted).join(' ')}`)
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
      env: {
        // Where `node` is, and nothing else.
        PATH: path.dirname(process.execPath),
        HOME: this.#home,
        XDG_CONFIG_HOME: path.join(this.#home, '.config'),
        NODE_ENV: 'test',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    const hear = (chunk: string) => {
      said += chunk
      this.#narrator.sees('her terminal', chunk)
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    return { child, said: () => said }
  }
}

export function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
}

/** A program is told by what it does: its text would fill the screen. */
function quoted(word: string): string {
  return word.includes('\n') ? '"…"' : word
}
