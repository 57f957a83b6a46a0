import type { RequestId } from '../ids.ts'
import { isYoung, type Read, type Report, type SlotFacts } from './facts.ts'
import { conclude, note } from './learn.ts'

/** How a write of ours went, as its sender knows. */
export interface Sent {
  readonly attempt: number
  readonly level: string
  /** `done`: answered yes · `refused`: answered no · `dropped`: never left · `unknown`: it may still land. */
  readonly outcome: 'done' | 'refused' | 'dropped' | 'unknown'
  readonly answeredAt: number
  /** For `unknown`: nothing of it lands after this. */
  readonly landsBefore: number
  /** What it was for, and the end that went with it: of a raise on a slot that ends by itself. */
  readonly told?: { readonly grant: RequestId; readonly endsAt: number } | undefined
}

/**
 * The step after a write and the read that verifies it (rules 3, 4, 10). An answer alone settles nothing: reads do.
 * Changes `facts`.
 */
export function afterWrite(facts: SlotFacts, sent: Sent, read: Read | undefined, now: number): readonly Report[] {
  const attempt = facts.attempts.find((one) => one.id === sent.attempt)
  if (attempt !== undefined) attempt.landsBefore = lastMoment(sent, now)
  if (sent.outcome === 'dropped' || sent.outcome === 'refused') forget(facts, sent.attempt)
  const reports = read === undefined ? [] : note(facts, read)
  if (sent.outcome === 'done') {
    const holding = facts.holdings.find((one) => one.grant === sent.told?.grant)
    if (holding !== undefined) holding.givenUntil = sent.told?.endsAt
    const isSeen = read !== undefined && read.level === sent.level && !isYoung(facts, read)
    if (isSeen) forget(facts, sent.attempt)
    else if (attempt !== undefined) attempt.landsBefore = now + facts.readLagMs
  }
  if (sent.outcome !== 'unknown') facts.touchedUntil = now
  if (read !== undefined) conclude(facts, read)
  return reports
}

function lastMoment(sent: Sent, now: number): number {
  return sent.outcome === 'unknown' || sent.outcome === 'done' ? Math.max(sent.landsBefore, now) : sent.answeredAt
}

function forget(facts: SlotFacts, id: number): void {
  facts.attempts = facts.attempts.filter((attempt) => attempt.id !== id)
}
