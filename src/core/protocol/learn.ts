import { priorAfter } from '../level.ts'
import {
  explainedBy,
  grantOf,
  isAbove,
  isAtLeast,
  isYoung,
  type Read,
  type Report,
  type SlotFacts,
  wantedOf,
} from './facts.ts'

/** What a read teaches about the slot (rules 4, 5, 10): changes `facts`, and says what people did. */
export function note(facts: SlotFacts, read: Read): readonly Report[] {
  if (isYoung(facts, read)) return []
  const reports: Report[] = []
  const explained = explainedBy(facts)
  if (!explained.includes(read.level)) {
    reports.push({ kind: 'changed_by_hand', from: facts.seen ?? 'absent', to: read.level })
    facts.prior = priorAfter(facts.levels, facts.prior ?? 'absent', { level: read.level, explainedBy: explained })
    if (facts.prior === read.level) facts.priorIsInvitation = read.isInvitation
  }
  if (read.isInvitation && facts.prior !== 'absent' && !facts.priorIsInvitation) {
    reports.push({ kind: 'invitation_replaced', level: read.level })
    facts.prior = 'absent'
  }
  // Who accepted is a member like any other: no later invitation is the one that was there before.
  if (!read.isInvitation && read.level !== 'absent') facts.priorIsInvitation = false
  facts.seen = read.level
  forgetLanded(facts, read)
  return reports
}

/** An attempt stays a possibility until a read made after its last moment has settled it. */
export function forgetLanded(facts: SlotFacts, read: Read): void {
  facts.attempts = facts.attempts.filter((attempt) => attempt.landsBefore >= read.at)
}

/** The moves that a read allows (rules 4 and 10): holdings reached, gone, closed; grants active, revoked. */
export function conclude(facts: SlotFacts, read: Read): void {
  const wanted = wantedOf(facts)
  const isSettled = !isYoung(facts, read)
  for (const holding of facts.holdings) {
    const grant = grantOf(facts, holding)
    if (grant.state === 'granting' && holding.state === 'open' && !holding.isReached) {
      if (!read.isInvitation && isSettled && isAtLeast(facts, read.level, holding.level)) holding.isReached = true
      if (holding.isReached && grant.elsewhere.every((other) => other.isReached)) grant.state = 'active'
    } else if (grant.state === 'revoking' && holding.state === 'new') {
      holding.state = 'closed'
    } else if (
      grant.state === 'revoking' &&
      holding.state === 'open' &&
      isSettled &&
      isAtLeast(facts, wanted, read.level)
    ) {
      holding.state = 'watched'
    } else if (holding.state === 'watched' && isAbove(facts, read.level, wanted)) {
      holding.state = 'open'
    }
    if (holding.state === 'watched' && !mayStillRise(facts)) holding.state = 'closed'
    const isOver = holding.state === 'closed' && grant.elsewhere.every((other) => other.state === 'closed')
    if (grant.state === 'revoking' && isOver && !grant.hasCredentials) grant.state = 'revoked'
  }
}

/** A lower to a level above absent can raise too: where somebody was removed meanwhile, it brings them back. */
function mayStillRise(facts: SlotFacts): boolean {
  return facts.attempts.some((attempt) => attempt.direction === 'raise' || attempt.level !== 'absent')
}
