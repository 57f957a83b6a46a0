import type { Refusal } from '../core/codes.ts'
import { formatDuration } from '../core/duration.ts'
import type { Card, Line } from './card.ts'
import { CREDENTIAL_WORDS } from './credential-refusal-words.ts'
import { DEVICE_WORDS } from './device-refusal-words.ts'
import { EXTENDING } from './extension-refusals.ts'
import { goneWords } from './gone-words.ts'
import { LINE_WORDS } from './line-refusal-words.ts'
import { clock, code, command, shortened, spanOf } from './words.ts'
import type { WordsFor } from './words-for.ts'

/** Why not, and the line that would work. Nobody is told off. */
export function errorCard(refusal: Refusal, context: { readonly line?: string } = {}): Card {
  // The table has words for exactly this code; the compiler cannot follow that they belong together.
  const words = WORDS[refusal.code] as (refusal: Refusal, line: string) => readonly Line[]
  const [title = ['That did not work'], ...lines] = words(refusal, context.line ?? '')
  return { title, lines, buttons: [] }
}

type Code = Refusal['code']

function roleIn(line: string): string {
  return shortened(/^(?:request|ask|explain)\s+(\S+)/i.exec(line)?.[1] ?? '', 60)
}

function withRole(line: string, role: string): string {
  const rest = line.replace(/^\s*(?:request|ask|explain)\s+\S+\s*/i, '')
  if (/^\s*explain\s/i.test(line)) return `explain ${role} ${rest}`.trimEnd()
  return rest === '' || rest === line ? `request ${role} 30m` : `request ${role} ${rest}`
}

function again(line: string, seconds: number): Line {
  return ['Try: ', command(`request ${roleIn(line)} ${formatDuration(seconds)}`)]
}

type Asking =
  | 'role_unknown'
  | 'role_disabled'
  | 'duration_over_cap'
  | 'duration_under_minimum'
  | 'reason_required'
  | 'reason_not_matching'
  | 'no_quorum'
  | 'no_account'
  | 'provider_missing'
type People =
  | 'unknown_person'
  | 'account_refused'
  | 'second_account'
  | 'directory_unavailable'
  | 'configuration_superseded'
  | 'shared_channel'
  | 'too_many_lines'
  | 'too_many_pending'
type Deciding =
  | 'not_found'
  | 'not_ours'
  | 'own_request'
  | 'not_approver'
  | 'voted_already'
  | 'decided_already'
  | 'role_changed'
  | 'requester_gone'
  | 'requester_not_eligible'
  | 'reactions_off'
  | 'not_requester'
  | 'not_pending'
  | 'nothing_to_end'
  | 'may_not_end'

const ASKING: WordsFor<Asking> = {
  role_unknown: ({ nearest }, line) => [
    [`There is no role “${roleIn(line)}” that you can ask for`],
    nearest === undefined
      ? ['See yours with ', command('roles')]
      : ['Did you mean ', command(`${shortened(withRole(line, nearest), 200)}`), '?'],
  ],
  role_disabled: (_, line) => [[`“${roleIn(line)}” is switched off at the moment`]],
  duration_over_cap: (refusal, line) => [
    [`“${roleIn(line)}” allows at most ${spanOf(refusal.capSeconds)}`],
    again(line, refusal.capSeconds),
  ],
  duration_under_minimum: (refusal, line) => [
    [`The shortest is ${spanOf(refusal.minimumSeconds)}`],
    again(line, refusal.minimumSeconds),
  ],
  reason_required: (_, line) => [
    ['This role asks for a reason'],
    ['Add it at the end: ', code(`${shortened(line, 100)} <why>`)],
  ],
  reason_not_matching: (refusal) => [
    ['The reason does not have the form that this role asks for'],
    ['It has to match ', code(shortened(refusal.pattern, 200))],
  ],
  no_quorum: () => [
    ['Without you there are not enough people who may approve this'],
    ['Whoever runs Thand adds approvers to its workflow'],
  ],
  no_account: (refusal) => [
    [`I do not know your account at ${refusal.provider}`],
    ['Whoever runs Thand adds it under ', code('people'), ' in thand.yaml'],
  ],
  provider_missing: (refusal) => [[`${refusal.provider} is not set up here any more`]],
}

const PEOPLE: WordsFor<People> = {
  unknown_person: (refusal) => {
    const address = refusal.address ?? '<address>'
    const entry = `${address}: { name: <name>, groups: [], accounts: { github: <login> } }`
    return [
      [`I do not know ${address}`],
      ['Whoever runs Thand adds under ', code('people'), ' in thand.yaml: ', code(entry)],
    ]
  },
  account_refused: (refusal) => [
    [`This account may not use Thand: ${refusal.why}`],
    ['Full members of the home workspace or tenant with a confirmed address may'],
  ],
  second_account: () => [
    ['Another account is bound to you here already'],
    ['Whoever runs Thand fixes which one under ', code('accounts'), ' in thand.yaml'],
  ],
  directory_unavailable: () => [
    ['I could not check who everybody is just now, so nothing was done'],
    ['Try again in a minute'],
  ],
  configuration_superseded: () => [
    ['The configuration has just been changed, and this server does not have it yet'],
    ['Nothing was done. Try again in a minute'],
  ],
  shared_channel: () => [
    ['This channel is shared with another organisation'],
    ['Ask in a channel of your own, or in a direct message'],
  ],
  too_many_lines: (refusal) => [
    [`That was more than ${refusal.perMinute} lines in a minute`],
    ['Try again in a minute'],
  ],
  too_many_pending: (refusal) => [
    [`You have ${refusal.most} requests waiting already`],
    ['See them with ', command('mine')],
  ],
}

const DECIDING: WordsFor<Deciding> = {
  not_found: () => [['There is no such request'], ['See yours with ', command('mine')]],
  not_ours: () => [
    ['That message does not belong to this request'],
    ['Use the card of the request, or type ', command('pending')],
  ],
  own_request: () => [['Nobody decides their own request'], ['To take it back: ', command('cancel <id>')]],
  not_approver: () => [['You are not one of those who decide this one'], ['Its card says who does']],
  voted_already: (refusal) => [
    [refusal.value === 'yes' ? 'Your approval is counted already' : 'You denied this already'],
  ],
  decided_already: (refusal) => {
    const by = refusal.by === undefined ? '' : ` by ${refusal.by}`
    return [[`This was already ${refusal.state}${by} at `, clock(refusal.at)]]
  },
  role_changed: (refusal) => [
    ['The role has changed since it was asked for, so this request has lapsed'],
    [`Ask again: ${refusal.role}`],
  ],
  requester_gone: (refusal) => [[`This request is cancelled: ${goneWords('who asked', refusal.why)}`]],
  requester_not_eligible: () => [['This request has lapsed: who asked may not ask for this role any more']],
  reactions_off: (refusal) => [
    ['This role is not decided by reactions'],
    ['Use the buttons, or type ', command(`approve ${refusal.id}`)],
  ],
  not_requester: (refusal) => [
    ['Only who asked can cancel a request'],
    ['To deny it: ', command(`deny ${refusal.id}`)],
  ],
  not_pending: (refusal) => [
    [`This request is ${refusal.state} already`],
    ['See it with ', command(`show ${refusal.id}`)],
  ],
  nothing_to_end: (refusal) => [
    ['There is nothing to end: no access is given by this request'],
    ['See it with ', command(`show ${refusal.id}`)],
  ],
  may_not_end: () => [['Only its holder, its approvers and administrators can end this access']],
}

const WORDS: WordsFor<Code> = {
  ...LINE_WORDS,
  ...ASKING,
  ...PEOPLE,
  ...DECIDING,
  ...EXTENDING,
  ...CREDENTIAL_WORDS,
  ...DEVICE_WORDS,
}
