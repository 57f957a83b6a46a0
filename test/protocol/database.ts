import type { RequestId } from '../../src/core/ids.ts'
import type { Levels } from '../../src/core/level.ts'
import type { GrantFacts, Holding, OpenAttempt, Read, SlotFacts } from '../../src/core/protocol/facts.ts'
import { isYoung } from '../../src/core/protocol/facts.ts'
import { nextTry } from '../../src/sweeper/next-try.ts'
import { sawRevoked } from './oracle.ts'
import { at, type GrantRow, type HoldingRow, isLive, type Replica, type Times, type World } from './world.ts'

/** The transactions of the store (load-slot, save-slot, move-grant, release), over the rows of the world. */
export const LEVELS: Levels = ['absent', 'member', 'admin']

const grantId = (n: number) => `req_${n}` as RequestId
const wordOf = (rank: number | undefined) => (rank === undefined ? undefined : at(LEVELS, rank))
const rankOf = (word: string | undefined) => (word === undefined ? undefined : LEVELS.indexOf(word))

export function loadFacts(world: World, slot: number, times: Times): SlotFacts {
  const row = at(world.slots, slot)
  const grants = new Map<RequestId, GrantFacts>()
  const holdings: Holding[] = []
  for (const [n, grant] of world.grants.entries()) {
    const held = grant.holdings.find((one) => one.slot === slot && one.state !== 'closed')
    if (held === undefined || grant.state === 'unasked') continue
    const { state, isReached, mayHave, givenUntil } = held
    holdings.push({ grant: grantId(n), level: at(LEVELS, held.want), state, isReached, mayHave, givenUntil })
    grants.set(grantId(n), grantFacts(n, grant, held, times))
  }
  return {
    levels: LEVELS,
    endsItself: world.isOwn,
    readLagMs: times.readLag,
    prior: wordOf(row.prior),
    priorIsInvitation: row.priorIsInvitation,
    seen: wordOf(row.seen),
    touchedUntil: row.touchedUntil,
    holdings,
    grants,
    attempts: world.attempts.filter((one) => one.slot === slot).map(attemptFacts),
  }
}

function grantFacts(n: number, grant: GrantRow, held: HoldingRow, times: Times): GrantFacts {
  const { state, beganAt, startedAt, expiresAt } = grant
  if (state === 'unasked') throw new Error('nobody asked for it')
  const elsewhere = grant.holdings.filter((one) => one !== held)
  return {
    id: grantId(n),
    state,
    durationSeconds: times.duration / 1000,
    beganAt,
    startedAt,
    expiresAt,
    elsewhere,
    hasCredentials: false,
  }
}

function attemptFacts(row: { id: number; direction: 'raise' | 'lower'; level: number; landsBefore: number }) {
  const facts: OpenAttempt = {
    ...{ id: row.id, direction: row.direction, level: at(LEVELS, row.level), landsBefore: row.landsBefore },
  }
  return facts
}

export function readOf(read: NonNullable<Replica['read']>): Read {
  return { at: read.at, level: at(LEVELS, read.level), isInvitation: read.isInvitation }
}

/** Writes `after` back. `read` is what it was concluded from; the checker compares it with the truth of that moment. */
export function saveFacts(
  world: World,
  slot: number,
  change: { before: SlotFacts; after: SlotFacts; read: Replica['read'] },
): void {
  const { before, after, read } = change
  const row = at(world.slots, slot)
  row.prior = rankOf(after.prior)
  row.priorIsInvitation = after.priorIsInvitation
  row.seen = rankOf(after.seen)
  row.touchedUntil = after.touchedUntil
  world.attempts = world.attempts.flatMap((one) => {
    const left = after.attempts.find((other) => other.id === one.id)
    if (one.slot !== slot) return [one]
    return left === undefined ? [] : [{ ...one, landsBefore: left.landsBefore }]
  })
  let isClosing = false
  for (const holding of after.holdings) {
    const grant = at(world.grants, Number(holding.grant.slice(4)))
    const held = grant.holdings.find((one) => one.slot === slot)
    if (held === undefined) throw new Error('a holding that was not loaded')
    if (holding.state === 'closed' && held.state !== 'new') isClosing = true
    const { state, isReached, mayHave, givenUntil } = holding
    Object.assign(held, { state, isReached, mayHave, givenUntil })
  }
  for (const facts of after.grants.values()) saveGrant(world, at(world.grants, Number(facts.id.slice(4))), facts, after)
  if (read !== undefined && !isYoung(before, readOf(read))) {
    world.withoutWhenSeen[slot] = at(world.without, slot)
    at(world.places, slot).keepsInvitation &&= read.isInvitation
  }
  if (read !== undefined && isClosing) sawRevoked(world, slot, read.truth)
}

function saveGrant(world: World, grant: GrantRow, facts: GrantFacts, after: SlotFacts): void {
  const holding = after.holdings.find((one) => one.grant === facts.id)
  const isUp = after.seen !== undefined && LEVELS.indexOf(after.seen) >= LEVELS.indexOf(holding?.level ?? 'absent')
  grant.isWaiting =
    facts.state === 'granting' &&
    holding?.isReached === false &&
    isUp &&
    after.attempts.length === 0 &&
    grant.holdings.length > 0
  if (grant.state !== facts.state && facts.state === 'revoked' && grant.state !== 'revoking')
    world.bad ||= `grant moved from ${grant.state} to revoked`
  const { state, beganAt, startedAt, expiresAt } = facts
  Object.assign(grant, { state, beganAt, startedAt, expiresAt })
}

export function moveToRevoking(world: World, grant: GrantRow): void {
  grant.state = 'revoking'
  for (const holding of grant.holdings) if (holding.state !== 'closed') at(world.slots, holding.slot).dueAt = world.now
}

/** The due check under the row lock; the checker says when an active one ends before its time. */
export function isDue(world: World, grant: GrantRow, times: Times): boolean {
  const isOver = isLive(grant) && grant.expiresAt !== undefined && grant.expiresAt <= world.now
  const isTooLong = grant.beganAt !== undefined && grant.beganAt + times.giveUp <= world.now
  return isOver || (grant.state === 'granting' && !grant.isWaiting && isTooLong)
}

/** The claim is given back, with the product's own answer to when somebody looks again. */
export function release(
  world: World,
  slot: number,
  round: { before: SlotFacts; after: SlotFacts; level?: string | undefined; isFault: boolean },
): void {
  const fault = round.isFault ? ({ kind: 'unknown', detail: '' } as const) : undefined
  const next = nextTry({ ...round, tries: 0, fault, nowMs: world.now, random: 0.5 })
  Object.assign(at(world.slots, slot), { owner: undefined, freeAt: undefined, dueAt: next.atMs })
}

export function addAttempt(
  world: World,
  row: { slot: number; direction: 'raise' | 'lower'; level: number; sender: number },
): number {
  const taken = [...world.attempts.map((one) => one.id), ...world.replicas.map((one) => one.attempt?.id)]
  let id = 1
  while (taken.includes(id)) id++
  world.attempts.push({ id, ...row, landsBefore: Number.POSITIVE_INFINITY, isSaid: false })
  return id
}
