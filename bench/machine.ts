import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

export interface Machine {
  readonly words: string
  readonly commit: string
  /** Others had the cores as well: then the figures are too high. */
  readonly isBusy: boolean
}

export function machineNow(): Machine {
  const cores = availableParallelism()
  const [load = 0] = loadavg()
  const memory = Math.round(totalmem() / 1024 ** 3)
  const model = cpus()[0]?.model.trim() || 'a processor without a name'
  return {
    words: `${cores} cores of ${model}, ${memory} GB, ${process.platform}, Node ${process.versions.node}, load ${load.toFixed(1)} at the start`,
    commit: commit(),
    isBusy: load > cores / 2,
  }
}

function commit(): string {
  try {
    const git = (...argv: readonly string[]) => execFileSync('git', argv, { encoding: 'utf8' }).trim()
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== ''
    return `${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? ' with changes' : ''}`
  } catch {
    return 'unknown'
  }
}
