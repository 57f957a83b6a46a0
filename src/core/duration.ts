import { fail, ok, type Result } from './result.ts'

export type DurationProblem = { readonly code: 'not_a_duration' } | { readonly code: 'duration_too_long' }

const SHORT = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/
const ISO = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/
const UNIT_SECONDS = [86_400, 3_600, 60, 1] as const
const LONGEST_SECONDS = 366 * 86_400

/** `30m`, `2h30m`, `90s`, `1d`, `PT1H30M` to whole seconds, at least 1. Caps of a role are checked elsewhere. */
export function parseDuration(text: string): Result<number, DurationProblem> {
  const found = SHORT.exec(text) ?? ISO.exec(text)
  if (found === null) return fail({ code: 'not_a_duration' })
  const seconds = UNIT_SECONDS.reduce((sum, unit, n) => sum + unit * Number(found[n + 1] ?? 0), 0)
  if (seconds < 1) return fail({ code: 'not_a_duration' })
  return seconds > LONGEST_SECONDS ? fail({ code: 'duration_too_long' }) : ok(seconds)
}

/** Seconds in the shortest form that `parseDuration` reads back: `5400` is `1h30m`. */
export function formatDuration(seconds: number): string {
  const names = ['d', 'h', 'm', 's'] as const
  let left = seconds
  let text = ''
  UNIT_SECONDS.forEach((unit, n) => {
    const count = Math.floor(left / unit)
    left -= count * unit
    if (count > 0) text += `${count}${names[n]}`
  })
  return text === '' ? '0s' : text
}
