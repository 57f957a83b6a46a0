import { formatDuration } from '../core/duration.ts'
import type { Choice, Field, Form } from './card.ts'
import { shortened } from './words.ts'

/** What a person is told of a role before choosing it. */
export interface RoleToAsk {
  readonly key: string
  readonly name: string
  readonly providerName: string
  readonly capSeconds: number
  readonly usualSeconds: number
  readonly isReasonRequired: boolean
}

/** What is known already, of a line that lacked something. */
export interface FilledIn {
  readonly role?: RoleToAsk
  readonly durationSeconds?: number
  readonly reason?: string
}

export function requestForm({ role, durationSeconds, reason }: FilledIn = {}): Form {
  return {
    id: 'request',
    title: 'Request access',
    submit: 'Ask',
    intro: [],
    fields: [roleField(role), durationField(role, durationSeconds), reasonField(role, reason)],
    about: '',
  }
}

export function roleChoice(role: RoleToAsk): Choice {
  const cap = formatDuration(role.capSeconds)
  const usual = formatDuration(role.usualSeconds)
  return {
    value: role.key,
    label: shortened(`${role.name} at ${role.providerName}`, 75),
    hint: shortened(`${role.key} · ${usual} unless you say otherwise, at most ${cap}`, 75),
  }
}

function roleField(role: RoleToAsk | undefined): Field {
  const known = role === undefined ? {} : { initial: role.key, choices: [roleChoice(role)] }
  return {
    name: 'role',
    label: 'What do you need?',
    placeholder: 'Type to search what you may ask for',
    kind: 'search',
    isRequired: true,
    ...known,
  }
}

function durationField(role: RoleToAsk | undefined, seconds: number | undefined): Field {
  const usual = role === undefined ? 'The usual time of the role' : `${formatDuration(role.usualSeconds)}, as usual`
  const most = role === undefined ? '' : `. At most ${formatDuration(role.capSeconds)}`
  return {
    name: 'duration',
    label: 'For how long?',
    hint: `Such as 30m, 2h30m or 1d${most}. The time begins when access does`,
    placeholder: usual,
    kind: 'text',
    isRequired: false,
    ...(seconds === undefined ? {} : { initial: formatDuration(seconds) }),
  }
}

function reasonField(role: RoleToAsk | undefined, reason = ''): Field {
  return {
    name: 'reason',
    label: 'What for?',
    hint: 'Those who decide read it, and it stays in the record',
    kind: 'long_text',
    isRequired: role?.isReasonRequired ?? false,
    ...(reason === '' ? {} : { initial: reason }),
  }
}
