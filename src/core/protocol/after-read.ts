import {
  explainedBy,
  type GrantFacts,
  grantOf,
  type Holding,
  isAbove,
  isAtLeast,
  isEndBehind,
  isSlotOpen,
  isYoung,
  type Read,
  type Report,
  type SlotFacts,
  type Write,
  wantedOf,
} from './facts.ts'
import { conclude, forgetLanded, note } from './learn.ts'

export interface Plan {
  readonly reports: readonly Report[]
  readonly write: Write | undefined
}

/**
 * The step between a read and a write (protocol, rules 1 to 5, 9, 10): what the read means, and the one write that
 * follows from it, if any. Changes `facts`; whoever calls commits them, and the attempt, before anything is sent.
 * Revokes go before grants.
 */
export function afterRead(facts: SlotFacts, read: Read, now: number): Plan {
  const nothing: Plan = { reports: [], write: undefined }
  if (!isSlotOpen(facts) && isYoung(facts, read)) return nothing
  const isTooSoon = isYoung(facts, read) && !explainedBy(facts).includes(read.level)
  const reports = isSlotOpen(facts) ? note(facts, read) : openSlot(facts, read)
  if (hasRevokes(facts)) {
    conclude(facts, read)
    const ending = facts.holdings.find((one) => one.state === 'open' && grantOf(facts, one).state === 'revoking')
    const wanted = wantedOf(facts)
    if (ending !== undefined) {
      const isHigher = isAbove(facts, read.level, wanted)
      return { reports, write: isHigher ? { direction: 'lower', level: wanted, grant: ending.grant } : undefined }
    }
  }
  return { reports, write: isTooSoon ? undefined : nextRaise(facts, read, now) }
}

/** Rule 1: the prior of a slot is what the read showed when its first holding opens it. */
function openSlot(facts: SlotFacts, read: Read): readonly Report[] {
  const isAskedFor = facts.holdings.some((one) => ['planned', 'granting'].includes(grantOf(facts, one).state))
  if (isAskedFor) {
    facts.prior = read.level
    facts.priorIsInvitation = read.isInvitation
    facts.seen = read.level
  }
  forgetLanded(facts, read)
  return []
}

function hasRevokes(facts: SlotFacts): boolean {
  return facts.holdings.some((one) => {
    const isEnding = grantOf(facts, one).state === 'revoking' && (one.state === 'new' || one.state === 'open')
    return isEnding || one.state === 'watched'
  })
}

function nextRaise(facts: SlotFacts, read: Read, now: number): Write | undefined {
  for (const holding of facts.holdings) {
    const grant = grantOf(facts, holding)
    if (holding.isReached || (grant.state !== 'planned' && grant.state !== 'granting')) continue
    if (grant.state === 'planned') {
      grant.state = 'granting'
      grant.beganAt = now
    }
    // Rule 10: nothing is raised while a write of ours to a lower level may still land.
    if (facts.attempts.some((attempt) => isAbove(facts, holding.level, attempt.level))) return undefined
    const isThere = isAtLeast(facts, read.level, holding.level)
    holding.state = 'open'
    startClock(facts, { grant, holding, isThere }, now)
    if (!isThere) return { direction: 'raise', level: holding.level, grant: grant.id }
    conclude(facts, read)
    return undefined
  }
  return raiseAgain(facts, read)
}

/**
 * A raise to where it is: only the end moves. It may land late like any other, and is looked after like any other. While anything of ours may
 * still land none is sent, for an older end would overwrite it; and who was taken out by hand is not brought back (rule 5).
 */
function raiseAgain(facts: SlotFacts, read: Read): Write | undefined {
  const behind = facts.holdings.find((one) => isEndBehind(facts, one))
  if (behind === undefined || facts.attempts.length > 0 || !isAtLeast(facts, read.level, behind.level)) return undefined
  return { direction: 'raise', level: behind.level, grant: behind.grant }
}

/** Rule 2: one clock a grant. It starts with the first attempt that may have given any of its levels, and does not slide. */
function startClock(
  facts: SlotFacts,
  about: { readonly grant: GrantFacts; readonly holding: Holding; readonly isThere: boolean },
  now: number,
): void {
  const { grant, holding, isThere } = about
  const mayBeOnItsWay = facts.attempts.some((attempt) => attempt.direction === 'raise')
  if (!isThere && !mayBeOnItsWay) holding.mayHave = false
  const hasAny = holding.mayHave || grant.elsewhere.some((other) => other.mayHave)
  if (grant.startedAt === undefined || (!isThere && !hasAny)) grant.startedAt = now
  holding.mayHave = true
  grant.expiresAt = grant.startedAt + grant.durationSeconds * 1000
}
