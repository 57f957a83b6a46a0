import { moveToRevoking } from './database.ts'
import { changeByHand, check, checkTick, isOver, landed } from './oracle.ts'
import { answered, replicaSteps } from './replica-steps.ts'
import {
  at,
  type Call,
  copyOf,
  type FaultName,
  levelAt,
  type Scope,
  TICK,
  type Times,
  timesOf,
  type World,
} from './world.ts'

/**
 * `urgent`: somebody healthy has this to do, so time does not pass before it. `free`: may happen. `ask`: a new grant.
 * A fault costs one of the scope's budget.
 */
export type Kind = 'urgent' | 'free' | 'ask' | 'time' | FaultName
export interface Move {
  readonly label: string
  readonly kind: Kind
  readonly to: World
}
export type Add = (label: string, kind: Kind, change: (next: World) => void) => void

const COSTS_NOTHING = ['urgent', 'free', 'ask', 'time']

/** Everything that may happen next. */
export function movesFrom(world: World, scope: Scope, times: Times = timesOf(scope)): Move[] {
  const moves: Move[] = []
  let isUrgent = false
  const add: Add = (label, kind, change) => {
    const fault = COSTS_NOTHING.includes(kind) ? undefined : (kind as FaultName)
    if (fault !== undefined && world.budget[fault] === 0) return
    if (kind === 'urgent') isUrgent = true
    const next = copyOf(world)
    if (fault !== undefined) {
      next.budget[fault]--
      next.ticksAbove = 0
    }
    change(next)
    check(next, times)
    moves.push({ label, kind, to: next })
  }
  replicaSteps(world, { scope, times, add })
  providerSteps(world, { scope, times, add })
  peopleSteps(world, times, add)
  if (isOver(world)) return moves.filter((move) => move.kind === 'ask')
  if (!isUrgent) add('a tick', 'time', (next) => tick(next, times))
  else add('a slow tick', 'slow', (next) => tick(Object.assign(next, { isSlow: true }), times))
  return moves
}

function tick(world: World, times: Times): void {
  world.now += TICK
  world.calls = world.calls.filter((call) => world.now <= call.lastAt)
  checkTick(world, times)
  world.isSlow = false
}

function providerSteps(world: World, about: { scope: Scope; times: Times; add: Add }): void {
  for (const [n, call] of world.calls.entries()) callSteps(world, { n, call }, about)
  const { add } = about
  for (const [slot, place] of world.places.entries()) {
    if (place.invited === 0) continue
    add(`the person accepts the invitation to slot ${slot}`, 'free', (next) => {
      const to = at(next.places, slot)
      Object.assign(to, { before: to.level, changedAt: next.now, level: to.invited, invited: 0 })
    })
  }
  if (world.isBlind) add('our credential sees again', 'free', (next) => Object.assign(next, { isBlind: false }))
  else add('our credential goes blind', 'blind', (next) => Object.assign(next, { isBlind: true }))
}

function callSteps(
  world: World,
  { n, call }: { n: number; call: Call },
  about: { scope: Scope; times: Times; add: Add },
) {
  const { add, times } = about
  const what = `${call.direction} to ${call.level}`
  const isHealthy = call.by !== undefined && !call.isLate && at(world.replicas, call.by).mode === 'up'
  const end = (next: World, outcome?: 'done' | 'unknown' | 'refused') => {
    next.calls.splice(n, 1)
    if (call.by !== undefined && outcome !== undefined) answered(next, call.by, outcome)
  }
  add(`the provider applies ${what}`, isHealthy ? 'urgent' : 'free', (next) => {
    apply(next, call, about)
    end(next, 'done')
  })
  if (call.isLate) add(`${what} gets lost`, 'free', (next) => end(next))
  if (call.by === undefined) return
  add(`the provider applies ${what}, the answer gets lost`, 'lost', (next) => {
    apply(next, call, about)
    end(next)
  })
  add(`the provider says yes to ${what} and does nothing`, 'lie', (next) => end(next, 'done'))
  add(`the provider answers 5xx to ${what}`, 'fail', (next) => end(next, 'unknown'))
  add(`the provider refuses ${what}`, 'refuse', (next) => end(next, 'refused'))
  add(`the connection breaks under ${what}`, 'reset', (next) => {
    Object.assign(at(next.calls, n), { by: undefined, isLate: true, lastAt: next.now + times.settle })
    answered(next, call.by ?? 0, 'unknown')
  })
  if (!call.isLate) add(`${what} hangs`, 'late', (next) => Object.assign(at(next.calls, n), { isLate: true }))
}

/** PUT sets and does not compare; DELETE takes the membership or the invitation. */
function apply(world: World, call: Call, { scope, times }: { scope: Scope; times: Times }): void {
  const place = at(world.places, call.slot)
  const was = levelAt(place)
  const level = place.level
  if (call.endsAt !== undefined) place.endsAt = call.endsAt
  if (call.level === 0 && call.cancels) place.invited = 0
  else if (call.level === 0) Object.assign(place, { level: 0, invited: 0 })
  else if (place.level === 0 && (scope.invites || place.invited > 0)) place.invited = call.level
  else place.level = call.level
  landed(world, call, { was, is: levelAt(place) }, { times, invites: scope.invites ?? false, gap: scope.gap ?? false })
  if (place.level !== level) Object.assign(place, { before: level, changedAt: world.now, byHand: false })
}

function peopleSteps(world: World, times: Times, add: Add): void {
  // Nobody makes a thing with the name of a grant; they can take it away.
  for (const [slot, place] of world.places.entries())
    for (const level of [0, 1, 2])
      if (level !== levelAt(place) && !(world.isOwn && level > 0))
        add(`somebody sets slot ${slot} to ${level}`, 'human', (next) => changeByHand(next, slot, level))
  const first = world.grants.findIndex((grant) => grant.state === 'unasked')
  if (first >= 0) add(`grant ${first} is approved`, 'ask', (next) => prepare(next, first))
  for (const [n, grant] of world.grants.entries()) {
    if (grant.state === 'planned' || grant.state === 'granting' || grant.state === 'active')
      add(`grant ${n} is ended early`, 'end', (next) => endEarly(next, n))
    if (grant.state === 'active' && (grant.expiresAt ?? 0) > world.now) {
      add(`grant ${n} is extended`, 'extend', (next) => {
        const one = at(next.grants, n)
        one.expiresAt = (one.expiresAt ?? 0) + times.duration
        one.extended += times.duration
        // src/store/extend-grant.ts: the slot of its own was told the end that held before.
        if (next.isOwn) for (const { slot } of one.holdings) at(next.slots, slot).dueAt = next.now
      })
    }
  }
}

/** src/store/prepare-grant.ts: its slots are due, and what the last opening knew is forgotten. */
function prepare(world: World, n: number): void {
  for (const { slot } of at(world.grants, n).holdings) {
    const isHeld = world.grants.some((grant) =>
      grant.holdings.some((one) => one.slot === slot && one.state !== 'closed' && grant.state !== 'unasked'),
    )
    const row = at(world.slots, slot)
    if (!isHeld) Object.assign(row, { prior: undefined, priorIsInvitation: false, seen: undefined })
    row.dueAt = world.now
  }
  at(world.grants, n).state = 'planned'
}

function endEarly(world: World, n: number): void {
  const grant = at(world.grants, n)
  grant.isEndedEarly = true
  if (grant.state !== 'planned') {
    moveToRevoking(world, grant)
    return
  }
  grant.state = 'revoked'
  for (const holding of grant.holdings) holding.state = 'closed'
}
