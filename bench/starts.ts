import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Child } from './child.ts'
import { type Spread, spreadOf } from './spread.ts'
import type { Stage } from './stage.ts'

const ROOT = path.resolve(import.meta.dirname, '..')

export interface StartFigures {
  /** With an empty database: its tables are made. */
  readonly firstMs: number
  readonly later: Spread
  /** Resident, some seconds after it was ready and nothing happened. */
  readonly idleMegabytes: number
}

export async function measureStarts(
  stage: Stage,
  { times, idleMs }: { readonly times: number; readonly idleMs: number },
): Promise<StartFigures> {
  const first = await stage.launch()
  await first.stop()
  const later: number[] = []
  for (let n = 0; n < times; n++) {
    const child = await stage.launch()
    later.push(child.readyMs)
    await child.stop()
  }
  const child = await stage.launch()
  await pause(idleMs)
  const idleMegabytes = await residentMegabytes(child)
  await child.stop()
  return { firstMs: first.readyMs, later: spreadOf(later), idleMegabytes }
}

export async function residentMegabytes({ url }: Child): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(page)?.[1]) / 1024 / 1024
}

export interface ClientFigures {
  /** An empty program in Node. */
  readonly node: Spread
  readonly thand: Spread
  /** The client in one file, where the build made it. */
  readonly agent: Spread | undefined
}

export function measureClient(times: number): ClientFigures {
  const agent = path.join(ROOT, 'dist/thand-agent.mjs')
  return {
    node: spreadOf(timesOf(['-e', '0'], times)),
    thand: spreadOf(timesOf([path.join(ROOT, 'src/cli/thand.mjs'), '--version'], times)),
    agent: existsSync(agent) ? spreadOf(timesOf([agent, '--version'], times)) : undefined,
  }
}

function timesOf(argv: readonly string[], times: number): readonly number[] {
  return Array.from({ length: times }, () => {
    const began = performance.now()
    const { status } = spawnSync(process.execPath, argv, { stdio: 'ignore', timeout: 60_000 })
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}`)
    return performance.now() - began
  })
}
