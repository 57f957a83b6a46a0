import type { GrantState } from '../grant-state.ts'
import type { RequestId } from '../ids.ts'
import { type Levels, rankOf, wantedLevel } from '../level.ts'

/** `new`: nothing written for it yet · `open` · `watched`: a read showed it gone, something of ours may still land · `closed`. */
export type HoldingState = 'new' | 'open' | 'watched' | 'closed'

export interface Holding {
  readonly grant: RequestId
  readonly level: string
  state: HoldingState
  /** A read showed the level. */
  isReached: boolean
  /** A write of ours may have given it: this is what starts the clock. */
  mayHave: boolean
  /** The end that the provider was told with the last write that it answered yes to; kept for slots that end by themselves. */
  givenUntil: number | undefined
}

export interface GrantFacts {
  readonly id: RequestId
  state: GrantState
  readonly durationSeconds: number
  beganAt: number | undefined
  startedAt: number | undefined
  expiresAt: number | undefined
  /** Its holdings on other slots. */
  readonly elsewhere: readonly Readonly<Pick<Holding, 'state' | 'isReached' | 'mayHave'>>[]
  /** A credential made for it was not seen dead yet (rule 14). */
  readonly hasCredentials: boolean
}

export interface OpenAttempt {
  readonly id: number
  readonly direction: 'raise' | 'lower'
  readonly level: string
  /** Nothing of it lands after this moment; infinite while its sender has not said how it went and may still live. */
  landsBefore: number
}

/** One slot with all that bears on it, at one moment and under its claim. Times are in ms by the database's clock. */
export interface SlotFacts {
  readonly levels: Levels
  prior: string | undefined
  /** What stood there before us was an invitation, not a membership. */
  priorIsInvitation: boolean
  seen: string | undefined
  touchedUntil: number | undefined
  readonly holdings: Holding[]
  readonly grants: ReadonlyMap<RequestId, GrantFacts>
  attempts: OpenAttempt[]
  readonly readLagMs: number
  /** The slot is a grant's own and was told its end: when that moves, the provider has to hear of it. */
  readonly endsItself: boolean
}

/** What the provider said. `at` is when the read began. */
export interface Read {
  readonly at: number
  readonly level: string
  readonly isInvitation: boolean
}

/** What a person who reads the card has to know beyond the states. */
export type Report =
  | { readonly kind: 'changed_by_hand'; readonly from: string; readonly to: string }
  | { readonly kind: 'invitation_replaced'; readonly level: string }

export interface Write {
  readonly direction: 'raise' | 'lower'
  readonly level: string
  /** The grant that it is for; a lowering names one of those that end. */
  readonly grant: RequestId
}

export function grantOf(facts: SlotFacts, holding: Holding): GrantFacts {
  const grant = facts.grants.get(holding.grant)
  if (grant === undefined) throw new Error(`no grant ${holding.grant} beside its holding`)
  return grant
}

export function isLive(state: GrantState): boolean {
  return state === 'granting' || state === 'active'
}

export function isSlotOpen(facts: SlotFacts): boolean {
  return facts.holdings.some((holding) => holding.state === 'open' || holding.state === 'watched')
}

/** Rule 5: the highest of the prior and of the holdings that are granting or active. */
export function wantedOf(facts: SlotFacts): string {
  const live = facts.holdings.filter((holding) => holding.state === 'open' && isLive(grantOf(facts, holding).state))
  return wantedLevel(
    facts.levels,
    facts.prior ?? 'absent',
    live.map((holding) => holding.level),
  )
}

/** The access is there, and lasts longer than what the provider was told. */
export function isEndBehind(facts: SlotFacts, holding: Holding): boolean {
  const { endsItself, seen } = facts
  const { state, expiresAt } = grantOf(facts, holding)
  if (!endsItself || !isLive(state) || !holding.isReached || holding.state !== 'open') return false
  const isThere = seen !== undefined && isAtLeast(facts, seen, holding.level)
  return isThere && expiresAt !== undefined && (holding.givenUntil ?? 0) < expiresAt
}

/** Levels that our last observation or a write of ours that may have landed explains. */
export function explainedBy(facts: SlotFacts): readonly string[] {
  return [...(facts.seen === undefined ? [] : [facts.seen]), ...facts.attempts.map((attempt) => attempt.level)]
}

/** Rule 4: where reads lag, a read this soon after our last write landed, or may have landed, teaches nothing. */
export function isYoung(facts: SlotFacts, read: Read): boolean {
  const { attempts, touchedUntil, readLagMs } = facts
  if (readLagMs === 0) return false
  const isAfterWrite = touchedUntil !== undefined && read.at <= touchedUntil + readLagMs
  return isAfterWrite || attempts.some((attempt) => attempt.landsBefore >= read.at)
}

export function isAtLeast(facts: SlotFacts, level: string, than: string): boolean {
  return rankOf(facts.levels, level) >= rankOf(facts.levels, than)
}

export function isAbove(facts: SlotFacts, level: string, than: string): boolean {
  return !isAtLeast(facts, than, level)
}
