import { autocomplete, cancel, isCancel, text } from '@clack/prompts'
import { onOneLine } from '../agent/printable.ts'
import { rolesIn } from '../agent/roles-in.ts'
import type { ThandApi } from '../agent/thand-api.ts'
import type { Trouble } from '../agent/trouble.ts'
import { parseDuration } from '../core/duration.ts'
import { fail, ok, type Result } from '../core/result.ts'

/** Role by search, duration, reason: to the line that one could have typed. Undefined: left with Ctrl-C. */
export async function requestWizard(api: ThandApi): Promise<Result<string | undefined, Trouble>> {
  const answer = await api.command('roles')
  if (!answer.ok) return answer
  const roles = rolesIn(answer.value.card)
  if (roles.length === 0) return fail(NOTHING)
  const role = await autocomplete({
    message: 'What do you need?',
    placeholder: 'type to search',
    maxItems: 8,
    options: roles.map(({ key, words }) => ({ value: key, label: onOneLine(key), hint: onOneLine(words) })),
  })
  if (isCancel(role)) return left()
  const duration = await text({
    message: 'For how long?',
    placeholder: '30m, 2h30m, 1d; empty: the usual time of this role',
    validate: durationProblem,
  })
  if (isCancel(duration)) return left()
  const reason = duration === '' ? '' : await text({ message: 'Why?', placeholder: 'those who decide read it' })
  if (isCancel(reason)) return left()
  return ok(`request ${[role, duration, reason].filter((word) => word !== '' && word !== undefined).join(' ')}`)
}

const NOTHING: Trouble = {
  code: 'no_roles',
  message: 'There is no role that you can ask for.',
  hint: 'Whoever runs Thand gives you one in thand.yaml.',
  exitCode: 1,
}

function durationProblem(typed: string | undefined): string | undefined {
  if (typed === undefined || typed === '' || parseDuration(typed.trim()).ok) return undefined
  return 'Like 30m, 2h30m or 1d'
}

function left(): Result<undefined, never> {
  cancel('Nothing was asked.')
  return ok(undefined)
}
