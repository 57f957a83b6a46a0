import { formatDuration } from '../core/duration.ts'
import type { Role } from '../core/role.ts'
import type { Path } from './problem.ts'
import type { Limits } from './read-limits.ts'
import type { Report } from './report.ts'
import type { WrittenRole } from './role-schema.ts'

const DEFAULT_SECONDS = 30 * 60

export type RoleDurations = Pick<Role, 'maxDurationSeconds' | 'minDurationSeconds' | 'defaultDurationSeconds'>

/** Shortening what was written would surprise: a duration outside of the limits is an error. */
export function roleDurations(report: Report, role: WrittenRole, given: { path: Path; limits: Limits }): RoleDurations {
  const { path, limits } = given
  const least = limits.minDurationSeconds
  const most = role.max_duration ?? limits.maxDurationSeconds
  const usual = role.default_duration ?? Math.max(least, Math.min(DEFAULT_SECONDS, most))
  const complain = (key: string, expected: string) => report.add([...path, key], expected)
  if (most > limits.maxDurationSeconds) {
    complain('max_duration', `at most limits.max_duration, ${formatDuration(limits.maxDurationSeconds)}`)
  } else if (most < least) complain('max_duration', `at least limits.min_duration, ${formatDuration(least)}`)
  if (role.default_duration !== undefined && usual > most) {
    complain('default_duration', `at most the role's max_duration, ${formatDuration(most)}`)
  } else if (role.default_duration !== undefined && usual < least) {
    complain('default_duration', `at least limits.min_duration, ${formatDuration(least)}`)
  }
  return { minDurationSeconds: least, maxDurationSeconds: most, defaultDurationSeconds: usual }
}
