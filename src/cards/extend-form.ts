import { formatDuration } from '../core/duration.ts'
import type { Form } from './card.ts'
import type { RequestView } from './request-view.ts'
import { roleOf } from './request-words.ts'
import { clock, spanOf } from './words.ts'

/** More time in access that is there, filled in with what is usual or with all that is left. */
export function extendForm(
  view: RequestView,
  role: { readonly usualSeconds: number; readonly minimumSeconds: number; readonly isReasonRequired: boolean },
): Form {
  const { expiresAt, leftSeconds = 0 } = view.grant ?? {}
  const until = expiresAt === undefined ? [] : [' until ', clock(expiresAt)]
  const initial = Math.max(Math.min(role.usualSeconds, leftSeconds), role.minimumSeconds)
  return {
    id: 'extend',
    title: 'More time',
    submit: 'Ask',
    intro: [['You have ', ...roleOf(view), ...until], [`It can last ${spanOf(leftSeconds)} more at most`]],
    fields: [
      {
        name: 'duration',
        label: 'How much longer',
        hint: '30m, 2h30m, 1d: added to the end that it has now',
        kind: 'text',
        isRequired: true,
        initial: formatDuration(initial),
      },
      { name: 'reason', label: 'Why', kind: 'long_text', isRequired: role.isReasonRequired },
    ],
    about: view.id,
  }
}
