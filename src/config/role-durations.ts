import { formatDuration } from '../core/duration.ts'
import type { Role } from '../core/role.ts'
import type { Path } from './problem.ts'
import type { Limits } from './read-limits.ts'
import type { Report } from './report.ts'
import type { WrittenRole } from './role-schema.ts'

const DEFAULT_SECONDS = 30 * 60

export type RoleDurations = Pick<Role, 'maxDurationSeconds' | 'minDurationSeconds' | 'defaultDurationSeconds'>

interface DurationContext {
  readonly path: Path
  readonly limits: Limits
  /** The shortest that the roles write which it inherits. */
  readonly inherited: Pick<WrittenRole, 'max_duration' | 'default_duration'>
}

/** Shortening what was written would surprise: a duration outside of the limits is an error. */
export function roleDurations(report: Report, role: WrittenRole, given: DurationContext): RoleDurations {
  const { path, limits, inherited } = given
  const least = limits.minDurationSeconds
  const own = role.max_duration ?? limits.maxDurationSeconds
  const most = Math.min(own, inherited.max_duration ?? own)
  const usual = role.default_duration ?? Math.max(least, Math.min(inherited.default_duration ?? DEFAULT_SECONDS, most))
  const complain = (key: string, expected: string) => report.add([...path, key], expected)
  if (own > limits.maxDurationSeconds) {
    complain('max_duration', `at most limits.max_duration, ${formatDuration(limits.maxDurationSeconds)}`)
  } else if (own < least) complain('max_duration', `at least limits.min_duration, ${formatDuration(least)}`)
  if (role.default_duration !== undefined && usual > most) {
    const whose = most < own ? 'the max_duration that it inherits' : "the role's max_duration"
    complain('default_duration', `at most ${whose}, ${formatDuration(most)}`)
  } else if (role.default_duration !== undefined && usual < least) {
    complain('default_duration', `at least limits.min_duration, ${formatDuration(least)}`)
  }
  return { minDurationSeconds: least, maxDurationSeconds: most, defaultDurationSeconds: usual }
}
