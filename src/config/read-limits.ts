import { formatDuration } from '../core/duration.ts'
import type { Config } from './config.ts'
import { count, duration } from './fields.ts'
import type { Report } from './report.ts'
import { parseAt, strict } from './strict.ts'

const limits = strict({
  min_duration: duration().default(60),
  max_duration: duration().default(8 * 3600),
  pending_timeout: duration().default(3600),
  pending_per_person: count(1, 100_000).default(10),
  commands_per_minute: count(1, 100_000).default(30),
})

export type Limits = Config['limits']

export function readLimits(report: Report, raw: unknown): Limits | undefined {
  const parsed = parseAt(report, limits, { path: ['limits'], raw: raw === undefined ? {} : raw })
  if (parsed === undefined) return undefined
  if (parsed.min_duration > parsed.max_duration) {
    report.add(['limits', 'min_duration'], `at most limits.max_duration, ${formatDuration(parsed.max_duration)}`)
    return undefined
  }
  return {
    minDurationSeconds: parsed.min_duration,
    maxDurationSeconds: parsed.max_duration,
    pendingSeconds: parsed.pending_timeout,
    pendingPerPerson: parsed.pending_per_person,
    commandsPerMinute: parsed.commands_per_minute,
  }
}
