import { isOver } from './oracle.ts'
import { type Move, movesFrom } from './steps.ts'
import { copyOf, FAULTS, type Scope, startOf, type Times, timesOf, type World } from './world.ts'

export interface Found {
  readonly bad: string
  readonly trace: readonly string[]
  readonly states: number
  readonly steps: number
  /** Every state within reach was seen. */
  readonly isComplete: boolean
}

const LONG_AGO = -9000

/** A state as text: times are relative to now, so that the same situation later is the same state. */
function textOf(world: World): string {
  const time = (ms: number | undefined) =>
    ms === undefined ? 'n' : ms === Infinity ? 'i' : Math.max(LONG_AGO, ms - world.now)
  const parts: (string | number | boolean | undefined)[] = [world.ticksAbove, world.isSlow, world.isBlind, world.bad]
  for (const one of world.places)
    parts.push('p', one.level, one.invited, one.before, time(one.changedAt), one.byHand, one.keepsInvitation)
  for (const one of world.calls)
    parts.push(
      'c',
      one.slot,
      one.direction,
      one.level,
      one.by,
      one.isLate,
      one.cancels,
      time(one.readAt),
      time(one.lastAt),
    )
  for (const one of world.slots)
    parts.push(
      ...['s', one.prior, one.priorIsInvitation, one.seen, time(one.touchedUntil), one.owner],
      ...[time(one.freeAt), one.dueAt === undefined ? 'n' : Math.max(0, one.dueAt - world.now)],
    )
  for (const one of world.grants) {
    parts.push('g', one.state, time(one.beganAt), time(one.startedAt), time(one.expiresAt), one.isWaiting)
    parts.push(one.isEndedEarly, time(one.thereSince), one.extended, one.isLoweredByHand)
    for (const held of one.holdings) parts.push(held.state, held.isReached, held.mayHave)
  }
  for (const one of world.attempts)
    parts.push('a', one.id, one.slot, one.direction, one.level, one.sender, time(one.landsBefore), one.isSaid)
  for (const one of world.replicas) {
    parts.push('r', one.mode, one.step, one.slot, one.isOwner, time(one.sentAt), one.sent?.outcome)
    parts.push(time(one.sent?.answeredAt), one.read?.level, one.read?.isInvitation, time(one.read?.at), one.read?.truth)
    parts.push(one.attempt?.id, one.attempt?.direction, one.attempt?.level, one.step === 'say' && time(one.sayAt))
  }
  for (const name of FAULTS) parts.push(world.budget[name])
  return `${parts.join()}|${world.without.join()}|${world.withoutWhenSeen.join()}`
}

/** 52 bits of it. */
function hashOf(text: string): number {
  let a = 0x811c9dc5
  let b = 0x1b873593
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x5bd1e995)
    b ^= b >>> 13
  }
  return (a >>> 0) * 0x100000 + (b >>> 12)
}

/** I8: from here, with no more faults and a fair schedule, all must come to rest. */
export function comesToRest(from: World, scope: Scope, times: Times = timesOf(scope)): string {
  let world = copyOf(from)
  for (const name of FAULTS) world.budget[name] = 0
  for (let n = 0; n < 400; n++) {
    if (world.bad !== '' || isOver(world)) return world.bad
    const moves = movesFrom(world, scope, times).filter((move) => !/approved|accepts|gets lost/.test(move.label))
    const next =
      moves.find((move) => /goes on|starts again|sees again/.test(move.label)) ??
      moves.find((move) => move.kind !== 'time') ??
      moves[0]
    if (next === undefined) return 'I8 nothing more happens'
    world = next.to
  }
  return 'I8 it never comes to rest'
}

/** Breadth first, so that a trace is a shortest one. */
export function explore(scope: Scope, limits: { readonly max: number; readonly restEvery: number }): Found {
  const times = timesOf(scope)
  const start = startOf(scope)
  const seen = new Set([hashOf(textOf(start))])
  const came: { from: number; label: string }[] = [{ from: -1, label: 'start' }]
  let edge: { n: number; world: World }[] = [{ n: 0, world: start }]
  let steps = 0
  const found = (bad: string, n: number, isComplete = false): Found => {
    const trace: string[] = []
    for (let i = n; i > 0; i = came[i]?.from ?? 0) trace.unshift(came[i]?.label ?? '')
    return { bad, trace: bad === '' ? [] : trace, states: seen.size, steps, isComplete }
  }
  while (edge.length > 0) {
    const wave: { n: number; world: World }[] = []
    for (const { n, world } of edge) {
      const stuck = n % limits.restEvery === 0 ? comesToRest(world, scope, times) : ''
      if (stuck !== '') return found(`${stuck} (once the faults are over)`, n)
      for (const { label, to } of movesFrom(world, scope, times)) {
        steps++
        const hash = hashOf(textOf(to))
        if (seen.has(hash)) continue
        seen.add(hash)
        came.push({ from: n, label })
        if (to.bad !== '') return found(to.bad, came.length - 1)
        if (seen.size >= limits.max) return found('', 0)
        wave.push({ n: came.length - 1, world: to })
      }
    }
    edge = wave
  }
  return found('', 0, true)
}

function randomFrom(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x9e3779b9) >>> 0
    let t = Math.imul(a ^ (a >>> 16), 0x21f0aaad)
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97)
    return ((t ^ (t >>> 15)) >>> 0) / 2 ** 32
  }
}

/** One long life, chosen by a seed; faults and people are rarer than work. Ends with the faults over. */
export function walk(scope: Scope, seed: number, stepsMax = 300): Pick<Found, 'bad' | 'trace' | 'steps'> {
  const random = randomFrom(seed)
  const times = timesOf(scope)
  const one = (some: readonly Move[]) => some[Math.floor(random() * some.length)]
  const trace: string[] = []
  let world = startOf(scope)
  while (trace.length < stepsMax) {
    const moves = movesFrom(world, scope, times)
    const usual = moves.filter((move) => ['urgent', 'free', 'time'].includes(move.kind))
    const odd = moves.filter((move) => !usual.includes(move))
    const next = odd.length > 0 && (usual.length === 0 || random() < 0.2) ? one(odd) : one(usual)
    if (next === undefined) break
    trace.push(next.label)
    world = next.to
    if (world.bad !== '') return { bad: world.bad, trace, steps: trace.length }
  }
  const bad = comesToRest(world, scope, times)
  return { bad: bad === '' ? '' : `${bad} (once the faults are over)`, trace, steps: trace.length }
}
