import { autocomplete, cancel, isCancel, text } from '@clack/prompts'
import { onOneLine } from '../agent/printable.ts'
import type { ThandApi } from '../agent/thand-api.ts'
import type { Trouble } from '../agent/trouble.ts'
import { spanOf } from '../cards/words.ts'
import { formatDuration, parseDuration } from '../core/duration.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { WireRole } from '../wire/role.ts'

/** Role by search, duration, reason: to the line that one could have typed. Undefined: left with Ctrl-C. */
export async function requestWizard(api: ThandApi): Promise<Result<string | undefined, Trouble>> {
  const roles = await api.roles('')
  if (!roles.ok) return roles
  if (roles.value.length === 0) return fail(NOTHING)
  const role = await askRole(roles.value)
  if (isCancel(role)) return left()
  const duration = await askDuration(role)
  if (isCancel(duration)) return left()
  const reason = await askReason(role)
  if (isCancel(reason)) return left()
  const line = ['request', role.role, duration.trim(), reason.trim()].join(' ').trim()
  return ok(line)
}

function askRole(roles: readonly WireRole[]) {
  return autocomplete({
    message: 'What do you need?',
    placeholder: 'type to search',
    maxItems: 8,
    options: roles.map((role) => ({
      value: role,
      label: onOneLine(`${role.role} · ${role.name}`),
      hint: onOneLine(role.description),
    })),
  })
}

function askDuration({ default_duration_seconds, max_duration_seconds }: WireRole) {
  return text({
    message: `For how long? At most ${spanOf(max_duration_seconds)}.`,
    initialValue: formatDuration(default_duration_seconds),
    validate: (typed = '') => {
      const duration = parseDuration(typed.trim())
      if (!duration.ok) return 'Like 30m, 2h30m or 1d'
      return duration.value > max_duration_seconds ? `At most ${spanOf(max_duration_seconds)}` : undefined
    },
  })
}

function askReason({ is_reason_required }: WireRole) {
  return text({
    message: is_reason_required ? 'Why?' : 'Why? Those who decide read it; it may stay empty.',
    defaultValue: '',
    validate: (typed = '') => (is_reason_required && typed.trim() === '' ? 'This role wants a reason' : undefined),
  })
}

const NOTHING: Trouble = {
  code: 'no_roles',
  message: 'There is no role that you can ask for.',
  hint: 'Whoever runs Thand gives you one in thand.yaml.',
  exitCode: 1,
}

function left(): Result<undefined, never> {
  cancel('Nothing was asked.')
  return ok(undefined)
}
