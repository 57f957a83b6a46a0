import type { Form } from '../cards/card.ts'
import { type RoleToAsk, requestForm, roleChoice } from '../cards/request-form.ts'
import type { Person } from '../core/person.ts'
import type { Role } from '../core/role.ts'
import type { Answer } from '../ports/chat.ts'
import type { Deps } from './deps.ts'
import { rolesFor, searchRoles } from './look.ts'

const SUGGESTED_MAX = 100

/** The form to ask, with what is known already. A role that this person may not ask for is not known. */
export function fillRequestForm(
  { settings }: Pick<Deps, 'settings'>,
  person: Person,
  known: { readonly role?: string; readonly durationSeconds?: number | undefined; readonly reason?: string } = {},
): Form {
  const role = rolesFor(settings, person).find((each) => each.key === known.role)
  const { durationSeconds, reason } = known
  return requestForm({
    ...(role === undefined ? {} : { role: toAsk(role) }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(reason === undefined ? {} : { reason }),
  })
}

/** What fits the words that were typed, never more than fit. */
export function suggestRoles({ settings }: Pick<Deps, 'settings'>, person: Person, typed: string): Answer {
  const found = searchRoles(settings, person, typed).slice(0, SUGGESTED_MAX)
  return { kind: 'options', options: found.map((role) => roleChoice(toAsk(role))) }
}

function toAsk(role: Role): RoleToAsk {
  const { key, name, providerName, maxDurationSeconds, defaultDurationSeconds, reason } = role
  return {
    key,
    name,
    providerName,
    capSeconds: maxDurationSeconds,
    usualSeconds: defaultDurationSeconds,
    isReasonRequired: reason.isRequired,
  }
}
