import type { AuditEvent, AuditName } from '../core/audit.ts'
import type { Line } from './card.ts'
import { goneWords } from './gone-words.ts'
import { clock, shortened, spanOf } from './words.ts'

export interface Telling {
  /** Of a person's id: the name; of anything else that acts: what it is. */
  readonly nameOf: (actor: string) => string
  /** Who asked. */
  readonly requester: string
  /** Of the system in which access is given. */
  readonly vendor: string
  readonly levelName: (slot: string, level: string) => string
}

type Words = (event: AuditEvent, telling: Telling) => Line | undefined

const COMMENT_MAX = 120
const notTold: Words = () => undefined

/** For each fact of the record what a person understands of it, or nothing. A new fact does not compile without its words. */
export const STORY_WORDS: Readonly<Record<AuditName, Words>> = {
  request_asked: (event, { nameOf }) => [`${nameOf(event.actor)} asked`, ...spanIn(event), ...endIn(event, 'until')],
  request_approved: (event, { nameOf }) =>
    event.actor === 'policy' ? ['approved by asking: the role needs no vote'] : [`approved, by ${nameOf(event.actor)}`],
  request_denied: (event, { nameOf }) => [`denied by ${nameOf(event.actor)}${quoted(textIn(event, 'comment'))}`],
  request_cancelled: (event, { nameOf, requester }) =>
    textIn(event, 'why') === 'requester_gone'
      ? [`cancelled: ${goneWords(requester, textIn(event, 'reason'))}`]
      : [`cancelled by ${nameOf(event.actor)}`],
  request_lapsed: (event) => [LAPSED[textIn(event, 'why')] ?? 'lapsed'],
  vote_counted: (event, { nameOf }) =>
    // A no is told as the denial that it is.
    textIn(event, 'vote') === 'yes'
      ? [`${nameOf(event.actor)} voted yes${quoted(textIn(event, 'comment'))}`]
      : undefined,
  vote_withdrawn: (event, { nameOf }) =>
    textIn(event, 'why') === 'approver_gone'
      ? [`a yes counts no more: ${goneWords(nameOf(textIn(event, 'person')), textIn(event, 'reason'))}`]
      : [`${nameOf(event.actor)} took the vote back`],
  vote_refused: (event, { nameOf }) => [
    `a vote of ${nameOf(event.actor)} was not counted${because(REFUSED[textIn(event, 'code')])}`,
  ],
  grant_planned: notTold,
  grant_prepared: (event, { vendor }) => [`${vendor} knows the account${named(event)}`],
  grant_granting: (_, { vendor }) => [`${vendor} is asked to give it`],
  grant_active: (event, { vendor }) => ['active, checked at ', vendor, ...endIn(event, 'expires_at')],
  grant_extended: (event, { nameOf }) => [
    event.actor === 'policy' ? 'extended' : `extended, by ${nameOf(event.actor)}`,
    ...endIn(event, 'until'),
  ],
  grant_revoking: (event, telling) => [`begins to end: ${endedBecause(event, telling)}`],
  grant_revoked: (event, { vendor }) =>
    textIn(event, 'slot') === '' ? ['ended before anything was given'] : [`ended, checked at ${vendor}`],
  grant_overdue: () => ['could not be taken away in time; those who can act were called'],
  attempt_intended: notTold,
  attempt_answered: (event, { vendor }) => {
    const did = textIn(event, 'direction') === 'raise' ? 'giving it' : 'taking it away'
    const detail = textIn(event, 'detail')
    if (textIn(event, 'outcome') === 'done') return undefined
    return [`${did} did not work: ${detail === '' ? `${vendor} did not answer` : shortened(detail, COMMENT_MAX)}`]
  },
  slot_changed_by_hand: (event, { vendor, levelName }) => {
    if (textIn(event, 'to') === '') return [`an invitation at ${vendor} stands where a member was`]
    const [from, to] = ['from', 'to'].map((field) => levelName(textIn(event, 'slot'), textIn(event, field)))
    return [`somebody changed it at ${vendor}: ${from} to ${to}`]
  },
  holders_compared: (event) => {
    const { changed } = event.detail ?? {}
    const isChanged = Array.isArray(changed) && changed.length > 0
    return [isChanged ? 'who else holds it has changed meanwhile' : 'who else holds it is as before']
  },
  account_bound: notTold,
  account_refused: notTold,
  code_wrong: notTold,
  device_bound: notTold,
  device_ended: notTold,
  device_refused: notTold,
  subject_bound: (event, { requester, vendor }) => {
    const login = textIn(event, 'login')
    return [`the ${vendor} account ${login} is ${requester}’s from now on`]
  },
  subject_refused: (_, { vendor }) => [`the ${vendor} account was refused`],
  configuration_loaded: notTold,
  credential_intended: notTold,
  credential_issued: (_, { requester }) => [`a credential was made, and shown once to a device of ${requester}`],
  credential_not_issued: (_, { vendor }) => [`${vendor} made no credential that anybody received`],
  credential_returned: (_, { requester }) => [`${requester} needs a credential no more`],
  credential_withdrawn: (_, { vendor }) => [`a credential was withdrawn, checked at ${vendor}`],
}

const LAPSED: Readonly<Record<string, string>> = {
  nobody_decided: 'lapsed: nobody decided in time',
  role_changed: 'lapsed: the role has changed since it was asked for',
  not_eligible: 'lapsed: who asked may not ask for this role any more',
  access_over: 'lapsed: the access had ended before this was decided',
}

const REFUSED: Readonly<Record<string, string>> = {
  own_request: 'nobody decides their own request',
  not_approver: 'not one of those who decide',
  not_found: 'not one of those who decide',
  voted_already: 'it was counted before',
  decided_already: 'it was decided already',
  role_changed: 'the role has changed',
  requester_gone: 'who asked has gone',
  requester_not_eligible: 'who asked may not ask any more',
  directory_unavailable: 'who everybody is could not be checked',
  configuration_superseded: 'the configuration was just being changed',
  access_over: 'the access had ended',
}

function endedBecause(event: AuditEvent, { nameOf, requester, vendor }: Telling): string {
  switch (textIn(event, 'why')) {
    case 'expired':
      return 'the time is up'
    case 'ended_early':
      return `ended by ${nameOf(event.actor)}`
    case 'requester_gone':
      return goneWords(requester, textIn(event, 'reason'))
    default:
      return `${vendor} did not give it`
  }
}

function textIn({ detail = {} }: AuditEvent, field: string): string {
  const value = detail[field]
  return typeof value === 'string' ? value : ''
}

function spanIn({ detail = {} }: AuditEvent): Line {
  const seconds = detail['duration_seconds']
  const more = detail['extends'] === undefined ? '' : ' more'
  return typeof seconds === 'number' ? [` for ${spanOf(seconds)}${more}`] : []
}

function endIn({ detail = {} }: AuditEvent, field: string): Line {
  const at = detail[field]
  return typeof at === 'number' ? [', until ', clock(at)] : []
}

function named({ detail = {} }: AuditEvent): string {
  const { account } = detail
  const isNamed = typeof account === 'object' && account !== null && 'login' in account
  return isNamed ? ` ${String(account.login)}` : ''
}

function quoted(comment: string): string {
  return comment === '' ? '' : `: “${shortened(comment, COMMENT_MAX)}”`
}

function because(why: string | undefined): string {
  return why === undefined ? '' : `: ${why}`
}
