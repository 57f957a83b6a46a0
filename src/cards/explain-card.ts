import { formatDuration } from '../core/duration.ts'
import type { RuleName, TraceLine, Verdict } from '../core/policy.ts'
import type { Role } from '../core/role.ts'
import type { Card, Line } from './card.ts'
import { errorCard } from './error-card.ts'
import { code, command, dotted, listed, shortened, spanOf, strong } from './words.ts'

/** What the policy says to one person of one role, for this long. */
export interface Explanation {
  readonly role: Role
  readonly durationSeconds: number
  readonly verdict: Verdict
  /** Of the person at the role's provider. */
  readonly account: string | undefined
  /** Who may decide, without the person. */
  readonly stages: readonly { readonly quorum: number; readonly names: readonly string[] }[]
}

/** The policy's trace in plain words: each rule and whether it holds, who would decide, and the line to copy. */
export function explainCard(explanation: Explanation): Card {
  const { role, verdict, account } = explanation
  const rules = verdict.trace.flatMap((traced) => ruleLines(traced, explanation))
  const known: Line = isLacking(explanation)
    ? [`✗ your account at ${role.providerName} is not known here: whoever runs Thand adds it in thand.yaml`]
    : [
        `✓ ${account === undefined ? `nobody needs an account at ${role.providerName}` : `your account at ${role.providerName} is ${account}`}`,
      ]
  return {
    title: titleOf(explanation),
    lines: [...rules, known, ...decidersOf(explanation), lengthsOf(role), copyOf(explanation)],
    buttons: [],
    footer: ['Nothing was asked by this'],
  }
}

function isLacking({ role, account }: Explanation): boolean {
  return account === undefined && role.needsNoAccount !== true
}

function titleOf(explanation: Explanation): Line {
  const { role, durationSeconds, verdict } = explanation
  const what: Line = [strong(role.name), ' at ', strong(role.providerName), ` for ${spanOf(durationSeconds)}`]
  if (verdict.outcome === 'deny') {
    const { title } = errorCard(verdict.refusal, { line: `request ${role.key}` })
    return ['You cannot ask for ', ...what, ': ', ...title]
  }
  if (isLacking(explanation)) return ['You cannot ask for ', ...what, ' yet']
  return ['You can ask for ', ...what, verdict.outcome === 'allow' ? '; nobody needs to approve it' : '']
}

function ruleLines({ rule, holds }: TraceLine, explanation: Explanation): readonly Line[] {
  const said = RULES[rule](explanation)
  if (said === undefined) return []
  const [isSo, isNot] = said
  return [holds ? ['✓ ', ...isSo] : ['✗ ', ...isNot]]
}

type Both = readonly [isSo: Line, isNot: Line]

/** Each rule when it holds, and when it does not; nothing where the role has no such rule. */
const RULES: Readonly<Record<RuleName, (explanation: Explanation) => Both | undefined>> = {
  not_denied: () => [['nothing denies it to you'], ['it is denied to you']],
  allowed: () => [['it is open to you'], ['it is not open to you']],
  enabled: () => [['it is switched on'], ['it is switched off at the moment']],
  within_cap: ({ role, durationSeconds }) => {
    const most = spanOf(role.maxDurationSeconds)
    return [[`${spanOf(durationSeconds)} is not more than the longest, ${most}`], [`the longest is ${most}`]]
  },
  at_least_minimum: ({ role, durationSeconds }) => {
    const least = spanOf(role.minDurationSeconds)
    return [[`${spanOf(durationSeconds)} is not less than the shortest, ${least}`], [`the shortest is ${least}`]]
  },
  reason_given: ({ role }) =>
    role.reason.isRequired ? [['with a reason, at the end of the line'], ['a reason is missing']] : undefined,
  reason_matches: ({ role: { reason } }) => {
    const form: Line = ['a reason has to match ', code(shortened(reason.pattern, 200))]
    return reason.pattern === '' ? undefined : [form, form]
  },
  quorum_reachable: ({ role }) =>
    role.workflow === undefined
      ? undefined
      : [
          ['without you there are enough people who may approve it'],
          ['without you there are not enough people who may approve it'],
        ],
  own_access: () => [['it is your access'], ['it is not your access']],
  access_active: () => [['it is active'], ['it is not active']],
  same_role: () => [['the role is as it was'], ['the role has changed']],
}

function decidersOf({ role, stages }: Explanation): readonly Line[] {
  const { workflow } = role
  if (workflow === undefined) return [['Approved by asking']]
  const each = stages.map(({ quorum, names }) => `${quorum} of ${listed(names, 8)}`)
  const reactions = workflow.takesReactions
    ? (['Reactions on the card count: ', { kind: 'reactions' }] satisfies Line)
    : ['Reactions do not count: the buttons and the typed lines do']
  return [[`Decides: ${each.join(', then ')}`], reactions]
}

function lengthsOf({ defaultDurationSeconds, maxDurationSeconds }: Role): Line {
  return dotted([`Usual: ${spanOf(defaultDurationSeconds)}`], [`longest: ${spanOf(maxDurationSeconds)}`])
}

function copyOf({ role, durationSeconds }: Explanation): Line {
  const { minDurationSeconds: least, maxDurationSeconds: most } = role
  const fitting = Math.min(Math.max(durationSeconds, least), most)
  const why = role.reason.isRequired ? ' <why>' : ''
  return ['Ask with ', command(`request ${role.key} ${formatDuration(fitting)}${why}`)]
}
