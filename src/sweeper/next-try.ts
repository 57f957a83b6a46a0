import { isDeepStrictEqual } from 'node:util'
import { grantOf, isAbove, isAtLeast, isEndBehind, type SlotFacts, wantedOf } from '../core/protocol/facts.ts'
import { retryDelayMs } from '../core/retry.ts'
import type { Fault } from '../ports/provider.ts'
import { retryAfterOf } from './fault-words.ts'

export interface NextTry {
  readonly atMs: number | undefined
  readonly tries: number
}

export interface Round {
  readonly before: SlotFacts
  readonly after: SlotFacts
  /** What the round read last; undefined where nothing was read. */
  readonly level?: string | undefined
  readonly tries: number
  readonly fault: Fault | undefined
  readonly nowMs: number
  readonly random: number
}

/** When to look at the slot again: at once after progress, when an attempt can no longer land, or later and later. */
export function nextTry(round: Round): NextTry {
  const { after, before, nowMs, fault } = round
  if (!hasWork(after)) return { atMs: undefined, tries: 0 }
  const believedAt = fault === undefined ? believedFrom(after, round.level) : undefined
  if (believedAt !== undefined && believedAt >= nowMs) return { atMs: believedAt + 1, tries: 0 }
  if (fault === undefined && !isDeepStrictEqual(before, after)) return { atMs: nowMs, tries: 0 }
  const delay = retryDelayMs(round.tries, round.random, retryAfterOf(fault))
  if (fault !== undefined) return { atMs: nowMs + delay, tries: round.tries + 1 }
  const lands = Math.min(...after.attempts.map((attempt) => attempt.landsBefore))
  // Looked at meanwhile too: should it land, taking it away does not wait until no more can.
  if (Number.isFinite(lands))
    return { atMs: Math.min(Math.max(lands + 1, nowMs + 20), nowMs + delay), tries: round.tries + 1 }
  return { atMs: nowMs + delay, tries: isWaitingForPerson(after) ? Math.max(4, round.tries + 1) : round.tries + 1 }
}

/**
 * Where reads lag, and what was read last is low enough: until this moment no read is believed (`isYoung`), and to look would be in vain.
 * Undefined where it may not be: a raise of ours may have landed meanwhile, or what we took away is still shown.
 */
function believedFrom(facts: SlotFacts, level: string | undefined): number | undefined {
  const { attempts, touchedUntil, readLagMs } = facts
  const isEnding = facts.holdings.some((one) => one.state === 'open' && grantOf(facts, one).state === 'revoking')
  if (readLagMs === 0 || !isEnding || level === undefined || isAbove(facts, level, wantedOf(facts))) return undefined
  if (attempts.some(({ direction }) => direction === 'raise')) return undefined
  const at = Math.max((touchedUntil ?? 0) + readLagMs, ...attempts.map(({ landsBefore }) => landsBefore))
  return Number.isFinite(at) ? at : undefined
}

function hasWork(facts: SlotFacts): boolean {
  if (facts.attempts.length > 0) return true
  return facts.holdings.some((holding) => {
    const { state } = grantOf(facts, holding)
    if (holding.state === 'closed') return false
    return (
      state === 'revoking' ||
      holding.state === 'watched' ||
      isEndBehind(facts, holding) ||
      ((state === 'planned' || state === 'granting') && !holding.isReached)
    )
  })
}

function isWaitingForPerson(facts: SlotFacts): boolean {
  const { seen } = facts
  return seen !== undefined && facts.holdings.some((one) => !one.isReached && isAtLeast(facts, seen, one.level))
}
