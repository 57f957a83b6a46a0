import type { GrantState } from '../../src/core/grant-state.ts'
import type { Sent } from '../../src/core/protocol/after-write.ts'
import type { HoldingState } from '../../src/core/protocol/facts.ts'

/**
 * A small world for the grant protocol: what the provider has, what our database has, what each replica knows. A step
 * takes one world to another; a database transaction is one step, a read is one, a write is four (intent, send, apply,
 * answer). Levels are ranks: 0 absent, 1 member, 2 admin. Time moves in ticks of a second.
 */
export const TICK = 1000

export interface Times {
  /** The sender gives a call up. */
  readonly deadline: number
  /** The provider may apply it that much later still. */
  readonly settle: number
  /** A silent replica's claims are free, its session known to be gone. */
  readonly silent: number
  /** The oldest read on which a write is still sent. */
  readonly sendWithin: number
  readonly readLag: number
  readonly duration: number
  readonly giveUp: number
}

export const TIMES: Times = { deadline: 1, settle: 0, silent: 1, sendWithin: 0, readLag: 0, duration: 2, giveUp: 3 }

export const FAULTS = [
  'crash',
  'pause',
  'late',
  'reset',
  'lost',
  'lie',
  'fail',
  'refuse',
  'readFail',
  'stale',
  'blind',
  'storeFail',
  'slow',
  'human',
  'end',
  'extend',
] as const
export type FaultName = (typeof FAULTS)[number]
export type Budget = Record<FaultName, number>

export interface Scope {
  /** The level of each slot before us. */
  readonly start: readonly number[]
  /** What stands there is an invitation of somebody else's. */
  readonly startsInvited?: boolean
  /** For each grant its holdings: slot and level. */
  readonly grants: readonly (readonly (readonly [number, number])[])[]
  readonly replicas: number
  readonly faults: Partial<Budget>
  /** The provider invites a stranger, who accepts or does not. */
  readonly invites?: boolean
  /** A sender may be stopped between its last look at the watch and the call. */
  readonly gap?: boolean
  readonly times?: Partial<Times>
  /** Each slot is its one grant's own, and the provider is told the end with each raise. */
  readonly own?: boolean
}

/** The truth at the provider, of one slot. */
export interface Place {
  level: number
  invited: number
  /** What a stale read shows, and since when it is not true. */
  before: number
  changedAt: number | undefined
  /** The last change was made by a person. */
  byHand: boolean
  /** An invitation may stay when all is over: it was there before us. */
  keepsInvitation: boolean
  /** When the provider ends it by itself. */
  endsAt: number | undefined
}

export interface SlotRow {
  prior: number | undefined
  priorIsInvitation: boolean
  seen: number | undefined
  touchedUntil: number | undefined
  owner: number | undefined
  /** When the owner is silent: its claim is free from then on. */
  freeAt: number | undefined
  /** Undefined: nobody looks at it any more. */
  dueAt: number | undefined
}

export interface HoldingRow {
  readonly slot: number
  readonly want: number
  state: HoldingState
  isReached: boolean
  mayHave: boolean
  givenUntil: number | undefined
}

export interface GrantRow {
  state: GrantState | 'unasked'
  beganAt: number | undefined
  startedAt: number | undefined
  expiresAt: number | undefined
  isWaiting: boolean
  isEndedEarly: boolean
  readonly holdings: HoldingRow[]
  /** The rest is the checker's: since when the access is really there, how far it was extended, who lowered it. */
  thereSince: number | undefined
  extended: number
  isLoweredByHand: boolean
}

export interface AttemptRow {
  readonly id: number
  readonly slot: number
  readonly direction: 'raise' | 'lower'
  readonly level: number
  readonly sender: number
  landsBefore: number
  /** Its sender wrote its outcome. */
  isSaid: boolean
}

export type Step = 'idle' | 'read' | 'intend' | 'send' | 'leave' | 'wait' | 'verify' | 'store' | 'say'

export interface Replica {
  mode: 'up' | 'paused' | 'down'
  step: Step
  slot: number
  /** Owner and epoch of its claim still match. */
  isOwner: boolean
  /** `truth` is the checker's: what the provider had when it was read. */
  read: { level: number; isInvitation: boolean; at: number; truth: number } | undefined
  attempt: { id: number; direction: 'raise' | 'lower'; level: number; told: Sent['told'] } | undefined
  sentAt: number
  /** When it tries again to say how it went. */
  sayAt: number
  sent: { outcome: 'done' | 'refused' | 'dropped' | 'unknown'; answeredAt: number } | undefined
}

/** A write on its way: neither applied nor lost. */
export interface Call {
  readonly slot: number
  readonly direction: 'raise' | 'lower'
  readonly level: number
  readonly readAt: number
  readonly sentAt: number
  /** The read showed an invitation: only that is taken back. */
  readonly cancels: boolean
  /** The replica that waits for the answer. */
  by: number | undefined
  /** It hangs: it may land, or be lost. */
  isLate: boolean
  lastAt: number
  readonly endsAt: number | undefined
}

export interface World {
  now: number
  bad: string
  ticksAbove: number
  isSlow: boolean
  isBlind: boolean
  isOwn: boolean
  places: Place[]
  calls: Call[]
  slots: SlotRow[]
  grants: GrantRow[]
  attempts: AttemptRow[]
  replicas: Replica[]
  budget: Budget
  /** The checker's: the levels (bits) at which each slot could be without us, now and when we last learned something. */
  without: number[]
  withoutWhenSeen: number[]
}

export const IDLE: Replica = {
  mode: 'up',
  step: 'idle',
  slot: -1,
  isOwner: false,
  read: undefined,
  attempt: undefined,
  sentAt: 0,
  sayAt: 0,
  sent: undefined,
}

export function timesOf(scope: Scope): Times {
  const ticks = { ...TIMES, ...scope.times }
  const ms = Object.fromEntries(Object.entries(ticks).map(([name, n]) => [name, n * TICK]))
  return { ...TIMES, ...ms }
}

export function startOf(scope: Scope): World {
  const isInvited = scope.startsInvited ?? false
  const place = (level: number): Place => ({
    ...{ level: isInvited ? 0 : level, invited: isInvited ? level : 0, before: level },
    ...{ changedAt: undefined, byHand: false, keepsInvitation: isInvited, endsAt: undefined },
  })
  const slot: SlotRow = {
    ...{ prior: undefined, priorIsInvitation: false, seen: undefined, touchedUntil: undefined },
    ...{ owner: undefined, freeAt: undefined, dueAt: undefined },
  }
  const grant = (targets: readonly (readonly [number, number])[]): GrantRow => ({
    ...{ state: 'unasked', beganAt: undefined, startedAt: undefined, expiresAt: undefined, isWaiting: false },
    ...{ isEndedEarly: false, thereSince: undefined, extended: 0, isLoweredByHand: false },
    holdings: targets.map(([at, want]) => ({
      ...{ slot: at, want, state: 'new', isReached: false, mayHave: false, givenUntil: undefined },
    })),
  })
  return {
    ...{
      now: 0,
      bad: '',
      ticksAbove: 0,
      isSlow: false,
      isBlind: false,
      isOwn: scope.own ?? false,
      calls: [],
      attempts: [],
    },
    places: scope.start.map(place),
    slots: scope.start.map(() => ({ ...slot })),
    grants: scope.grants.map(grant),
    replicas: Array.from({ length: scope.replicas }, () => ({ ...IDLE })),
    budget: { ...(Object.fromEntries(FAULTS.map((name) => [name, 0])) as Budget), ...scope.faults },
    without: scope.start.map((level) => 1 << level),
    withoutWhenSeen: scope.start.map((level) => 1 << level),
  }
}

export function copyOf(world: World): World {
  return {
    ...world,
    places: world.places.map((one) => ({ ...one })),
    calls: world.calls.map((one) => ({ ...one })),
    slots: world.slots.map((one) => ({ ...one })),
    grants: world.grants.map((one) => ({ ...one, holdings: one.holdings.map((holding) => ({ ...holding })) })),
    attempts: world.attempts.map((one) => ({ ...one })),
    replicas: world.replicas.map((one) => ({ ...one })),
    budget: { ...world.budget },
    without: [...world.without],
    withoutWhenSeen: [...world.withoutWhenSeen],
  }
}

/** Every index here is of something that is there; what is not is a bug of the test. */
export function at<T>(list: readonly T[], n: number): T {
  const one = list[n]
  if (one === undefined) throw new Error(`nothing at ${n}`)
  return one
}

export function heldOn(world: World, slot: number): { grant: GrantRow; holding: HoldingRow }[] {
  return world.grants.flatMap((grant) =>
    grant.holdings.filter((holding) => holding.slot === slot).map((holding) => ({ grant, holding })),
  )
}

export const isLive = (grant: GrantRow) => grant.state === 'granting' || grant.state === 'active'
export const highestIn = (levels: number) => 31 - Math.clz32(levels)
export const levelAt = (place: Place) => Math.max(place.level, place.invited)
