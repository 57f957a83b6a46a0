import { at, heldOn, highestIn, isLive, levelAt, TICK, type Times, type World } from './world.ts'

/**
 * The checker: what must hold whatever happens. What a slot would be at without us is a set of levels, because where a
 * person sets exactly what a write of ours explains, or moves while a call of ours is in flight, nobody could tell.
 */
const SLACK = 1 * TICK
/** Beyond the time that a call of a dead sender may take to land and to be seen. */
const TICKS_ABOVE_MAX = 3

/** I5: "revoked" is never said of access that is there. */
export function sawRevoked(world: World, slot: number, truth: number): void {
  const live = heldOn(world, slot).filter(({ grant, holding }) => holding.state === 'open' && isLive(grant))
  const wanted = Math.max(world.slots[slot]?.prior ?? 0, ...live.map(({ holding }) => holding.want))
  if (truth > Math.max(wanted, highestIn(at(world.without, slot))))
    world.bad ||= 'I5 said to be revoked while the provider had it higher'
}

/** A person sets a level: a raise makes it theirs, a lowering only lowers. */
export function changeByHand(world: World, slot: number, to: number): void {
  const place = at(world.places, slot)
  const was = at(world.without, slot)
  const isOpen = world.attempts.some((one) => one.slot === slot) || isSlotOpen(world, slot)
  const isInFlight = world.calls.some((one) => one.slot === slot) || isBeingWorkedOn(world, slot)
  const explained = explainedOn(world, slot)
  const lowered = [0, 1, 2]
    .filter((level) => (was >> level) & 1)
    .reduce((set, level) => set | (1 << Math.min(level, to)), 0)
  let now: number
  if (!isOpen && !isInFlight) now = 1 << to
  else if (to > levelAt(place)) now = (isInFlight || to <= Math.max(...explained) ? was : 0) | (1 << to)
  else now = isInFlight ? was | lowered : lowered
  if (isInFlight) now = filled(now)
  if (isOpen && explained.includes(to)) now |= at(world.withoutWhenSeen, slot)
  world.without[slot] = now
  for (const { grant, holding } of heldOn(world, slot)) {
    if (to >= holding.want) continue
    grant.isLoweredByHand = true
    grant.thereSince = undefined
  }
  Object.assign(place, { before: place.level, changedAt: world.now, level: to, invited: 0, byHand: true })
  place.keepsInvitation &&= isInFlight
}

function isSlotOpen(world: World, slot: number): boolean {
  return heldOn(world, slot).some(({ holding }) => holding.state === 'open' || holding.state === 'watched')
}

function isBeingWorkedOn(world: World, slot: number): boolean {
  return world.replicas.some((one) => one.slot === slot && one.step !== 'idle' && one.step !== 'read')
}

function explainedOn(world: World, slot: number): readonly number[] {
  const ours = world.attempts.filter((one) => one.slot === slot).map((one) => one.level)
  return [world.slots[slot]?.seen ?? highestIn(at(world.without, slot)), ...ours]
}

/** A stale read shows what was there before somebody's hand: the change looks like two, in the wrong order. */
export function sawBeforeHand(world: World, slot: number, level: number): void {
  world.without[slot] = filled(at(world.without, slot) | (1 << level))
}

/** Hands and calls crossed: anything between two possible levels is possible. */
function filled(levels: number): number {
  const low = 31 - Math.clz32(levels & -levels)
  return [0, 1, 2].reduce((set, level) => (level > low && levels >> level ? set | (1 << level) : set), levels)
}

/** A write of ours landed: what it did to what people had done. */
export function landed(
  world: World,
  call: { slot: number; direction: 'raise' | 'lower'; level: number; readAt: number },
  change: { was: number; is: number },
  about: { times: Times; invites: boolean; gap: boolean },
): void {
  const { times } = about
  const place = at(world.places, call.slot)
  const isFresh = world.now - call.readAt <= times.sendWithin + times.deadline + times.settle
  if (call.direction === 'lower' && change.is > change.was && place.byHand) {
    if (!isFresh && !about.gap) world.bad ||= 'I4 a revoke raised, on knowledge that was too old'
    else if (isFresh && !about.invites) world.without[call.slot] = at(world.without, call.slot) | (1 << call.level)
  }
  if (call.direction === 'raise' && change.is < change.was && !isFresh && !about.gap)
    world.bad ||= 'I9 a grant lowered, on knowledge that was too old'
  if (change.is < change.was && place.byHand) {
    world.without[call.slot] = at(world.without, call.slot) | (1 << change.is)
    for (const { grant, holding } of heldOn(world, call.slot))
      if (change.is < holding.want) grant.isLoweredByHand = true
  }
}

export function isOver(world: World): boolean {
  return (
    world.calls.length === 0 &&
    world.attempts.length === 0 &&
    world.replicas.every((one) => one.mode === 'up' && one.step === 'idle') &&
    world.grants.every((grant) => grant.state === 'unasked' || grant.state === 'revoked')
  )
}

/** After every step. */
export function check(world: World, times: Times): void {
  for (const grant of world.grants) {
    const isThere = grant.holdings.some(
      (one) =>
        one.state === 'open' &&
        levelAt(at(world.places, one.slot)) >= one.want &&
        highestIn(at(world.without, one.slot)) < one.want,
    )
    if (isLive(grant) && grant.thereSince === undefined && isThere) grant.thereSince = world.now
    if (grant.state !== 'active' || grant.isEndedEarly) continue
    const end = grant.expiresAt ?? Number.POSITIVE_INFINITY
    const latest = (grant.thereSince ?? world.now) + times.duration + grant.extended + SLACK
    if (end > latest) world.bad ||= 'I6 the end slid: longer than the duration'
    const isMissing = grant.holdings.some((one) => at(world.places, one.slot).level < one.want)
    if (isMissing && !grant.isLoweredByHand && world.now < end)
      world.bad ||= 'I3 active, but the access is not there and nobody took it away'
  }
  if (world.isOwn) checkEndsAtRest(world)
  if (isOver(world)) checkEnd(world)
}

/** I10: where nobody has anything left to do, the provider ends what is active when we say that it ends. */
function checkEndsAtRest(world: World): void {
  for (const grant of world.grants) {
    if (grant.state !== 'active' || grant.isEndedEarly || grant.isLoweredByHand) continue
    for (const { slot } of grant.holdings) {
      const isIdle = at(world.slots, slot).owner === undefined && at(world.slots, slot).dueAt === undefined
      const isOpen =
        [...world.calls, ...world.attempts].some((one) => one.slot === slot) || isBeingWorkedOn(world, slot)
      if (isIdle && !isOpen && at(world.places, slot).endsAt !== grant.expiresAt)
        world.bad ||= 'I10 active and at rest, and the provider ends it at another time than we say'
    }
  }
}

/** I1: when all is over the level is one that it could be at without us. */
function checkEnd(world: World): void {
  for (const [slot, place] of world.places.entries()) {
    const isPossible = (at(world.without, slot) >> levelAt(place)) & 1
    if (!isPossible || (place.invited > 0 && !place.keepsInvitation))
      world.bad ||= `I1 all is over, slot ${slot} is at ${place.level} (invited ${place.invited}), without us it would be ${at(world.without, slot).toString(2)}`
  }
}

/** I2: nothing stays above what is wanted for long once the faults are over; I6: nor longer than its time. */
export function checkTick(world: World, times: Times): void {
  const isFaulty =
    world.isSlow || world.isBlind || world.calls.length > 0 || world.replicas.every((one) => one.mode !== 'up')
  const isEntitled = (grant: World['grants'][number]) =>
    isLive(grant) &&
    !grant.isEndedEarly &&
    (grant.thereSince === undefined || world.now <= grant.thereSince + times.duration + grant.extended + SLACK)
  const isAbove = world.places.some((place, slot) => {
    const entitled = heldOn(world, slot).filter(({ grant }) => isEntitled(grant))
    const allowed = Math.max(highestIn(at(world.without, slot)), ...entitled.map(({ holding }) => holding.want))
    return levelAt(place) > allowed
  })
  world.ticksAbove = isAbove && !isFaulty ? world.ticksAbove + 1 : 0
  if (world.ticksAbove > TICKS_ABOVE_MAX + (times.settle + times.readLag) / TICK)
    world.bad ||= 'I2 or I6: access that nobody is entitled to stays'
}
