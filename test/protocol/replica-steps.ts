import { afterRead } from '../../src/core/protocol/after-read.ts'
import { afterWrite, type Sent } from '../../src/core/protocol/after-write.ts'
import { addAttempt, isDue, LEVELS, loadFacts, moveToRevoking, readOf, release, saveFacts } from './database.ts'
import { sawBeforeHand } from './oracle.ts'
import type { Add } from './steps.ts'
import { type AttemptRow, at, IDLE, levelAt, type Replica, type Scope, TICK, type Times, type World } from './world.ts'

interface About {
  readonly scope: Scope
  readonly times: Times
  readonly add: Add
}

/** One round on a slot, as in src/sweeper/work-slot.ts, a step at a time; and what may happen to who makes it. */
export function replicaSteps(world: World, about: About): void {
  const { add, times } = about
  for (const [n, grant] of world.grants.entries()) {
    if (!isDue(world, grant, times) || world.replicas.every((one) => one.mode !== 'up')) continue
    add(`grant ${n} is due to end`, 'urgent', (next) => moveToRevoking(next, at(next.grants, n)))
  }
  claims(world, add)
  for (const [r, replica] of world.replicas.entries()) {
    if (replica.mode === 'up') work(world, r, about)
    accidents(world, r, about)
  }
}

function claims(world: World, add: Add): void {
  // Idle ones are alike: the first claims.
  const free = world.replicas.findIndex((one) => one.mode === 'up' && one.step === 'idle')
  if (free < 0) return
  for (const [slot, row] of world.slots.entries()) {
    const isFree = row.owner === undefined || (row.freeAt !== undefined && row.freeAt <= world.now)
    if (row.dueAt === undefined || row.dueAt > world.now || !isFree) continue
    add(`R${free} claims slot ${slot}`, 'urgent', (next) => {
      for (const other of next.replicas) if (other.slot === slot) other.isOwner = false
      Object.assign(at(next.slots, slot), { owner: free, freeAt: undefined })
      Object.assign(at(next.replicas, free), { step: 'read', slot, isOwner: true })
    })
  }
}

function work(world: World, r: number, about: About): void {
  const { add, times, scope } = about
  const replica = at(world.replicas, r)
  if (replica.step === 'read' || replica.step === 'verify') reads(world, r, about)
  if (replica.step === 'intend') add(`R${r} commits what follows`, 'urgent', (next) => intend(next, r, times))
  if (replica.step === 'send' || replica.step === 'leave') {
    add(`R${r} sends (${replica.step})`, 'urgent', (next) => send(next, r, { times, isGap: scope.gap ?? false }))
  }
  if (replica.step === 'wait' && world.now >= replica.sentAt + times.deadline) {
    add(`R${r} times out`, 'urgent', (next) => {
      for (const call of next.calls) if (call.by === r) Object.assign(call, { by: undefined, isLate: true })
      answered(next, r, 'unknown')
    })
  }
  if (replica.step === 'store') add(`R${r} writes back (${replica.isOwner})`, 'urgent', (next) => store(next, r, times))
  if (replica.step === 'say' && world.now >= replica.sayAt)
    add(`R${r} says how it went`, 'urgent', (next) => say(next, r, times))
}

function reads(world: World, r: number, { add, times }: About): void {
  const replica = at(world.replicas, r)
  const place = at(world.places, replica.slot)
  const see = (what: string, level: number | undefined, fault?: 'stale' | 'readFail') =>
    add(`R${r} reads ${what}`, fault ?? 'urgent', (next) => {
      const isInvitation = fault === undefined && place.level === 0 && place.invited > 0
      if (fault === 'stale' && place.byHand) sawBeforeHand(next, replica.slot, place.before)
      const read = level === undefined ? undefined : { level, isInvitation, at: next.now, truth: levelAt(place) }
      Object.assign(at(next.replicas, r), { read, step: replica.step === 'read' ? 'intend' : 'store' })
    })
  if (world.isBlind) {
    see('nothing: its credential sees nothing', undefined)
    return
  }
  const level = place.level || place.invited
  see(`${level}${place.level === 0 && place.invited > 0 ? ' (invited)' : ''}`, level)
  see('5xx', undefined, 'readFail')
  const isRecent = place.changedAt !== undefined && world.now - place.changedAt <= times.readLag
  if (isRecent && place.before !== place.level) see(`${place.before} (stale; it is ${level})`, place.before, 'stale')
}

function rest(replica: Replica): void {
  Object.assign(replica, { ...IDLE })
}

function intend(world: World, r: number, times: Times): void {
  const replica = at(world.replicas, r)
  const { slot, read, isOwner } = replica
  rest(replica)
  if (!isOwner) return
  const [before, after] = [loadFacts(world, slot, times), loadFacts(world, slot, times)]
  if (read === undefined) release(world, slot, { before, after, isFault: true })
  if (read === undefined) return
  const { write } = afterRead(after, readOf(read), world.now)
  saveFacts(world, slot, { before, after, read })
  if (write === undefined) release(world, slot, { before, after, level: readOf(read).level, isFault: false })
  if (write === undefined) return
  const row = { direction: write.direction, level: LEVELS.indexOf(write.level) }
  const endsAt = after.grants.get(write.grant)?.expiresAt
  const isTold = world.isOwn && write.direction === 'raise' && endsAt !== undefined
  const told = isTold ? { grant: write.grant, endsAt } : undefined
  const attempt = { id: addAttempt(world, { slot, sender: r, ...row }), ...row, told }
  Object.assign(replica, { step: 'send', slot, isOwner, read, attempt })
}

function send(world: World, r: number, { times, isGap }: { times: Times; isGap: boolean }): void {
  const replica = at(world.replicas, r)
  const { attempt, slot, read } = replica
  if (attempt === undefined || read === undefined) throw new Error('nothing to send')
  if (replica.step === 'send' && world.now - read.at > times.sendWithin) {
    answered(world, r, 'dropped')
    Object.assign(replica, { step: 'store', read: undefined })
    return
  }
  if (replica.step === 'send' && isGap) {
    replica.step = 'leave'
    return
  }
  const lastAt = world.now + times.deadline + times.settle
  const { direction, level } = attempt
  const cancels = direction === 'lower' && level === 0 && read.isInvitation
  world.calls.push({
    slot,
    direction,
    level,
    cancels,
    readAt: read.at,
    sentAt: world.now,
    by: r,
    isLate: false,
    lastAt,
    endsAt: attempt.told?.endsAt,
  })
  Object.assign(replica, { step: 'wait', sentAt: world.now })
}

export function answered(world: World, r: number, outcome: Sent['outcome']): void {
  Object.assign(at(world.replicas, r), { step: 'verify', sent: { outcome, answeredAt: world.now } })
}

/** How long it may land, as src/sweeper/send-write.ts says. */
function landsBefore({ outcome, answeredAt }: NonNullable<Replica['sent']>, times: Times): number {
  if (outcome === 'dropped') return 0
  if (outcome === 'unknown') return answeredAt + times.settle + times.readLag
  return outcome === 'done' ? answeredAt + times.readLag : answeredAt
}

function store(world: World, r: number, times: Times): void {
  const replica = at(world.replicas, r)
  const { slot, attempt, sent, read, isOwner } = replica
  const seen = read && readOf(read)
  if (attempt === undefined || sent === undefined) throw new Error('nothing was sent')
  const lands = landsBefore(sent, times)
  const before = isOwner ? loadFacts(world, slot, times) : undefined
  const row: AttemptRow | undefined = world.attempts.find((one) => one.id === attempt.id && one.sender === r)
  if (row !== undefined) Object.assign(row, { landsBefore: lands, isSaid: true })
  if (before !== undefined) {
    const after = loadFacts(world, slot, times)
    const { id, level, told } = attempt
    const went: Sent = { ...sent, attempt: id, level: at(LEVELS, level), landsBefore: lands, told }
    afterWrite(after, went, seen, world.now)
    saveFacts(world, slot, { before, after, read })
    const isNo = sent.outcome === 'unknown' || sent.outcome === 'refused'
    const isFault = isNo || (read === undefined && sent.outcome !== 'dropped')
    release(world, slot, { before, after, level: seen?.level, isFault })
    if (sent.outcome === 'refused' && attempt.direction === 'raise') giveUp(world, slot, attempt.level)
  }
  rest(replica)
}

/** Only the outcome, and once; its claim was left behind. */
function say(world: World, r: number, times: Times): void {
  const replica = at(world.replicas, r)
  const { slot, attempt, sent, isOwner } = replica
  if (attempt === undefined || sent === undefined) throw new Error('nothing to say')
  const row = world.attempts.find((one) => one.id === attempt.id && one.sender === r && !one.isSaid)
  if (row !== undefined) Object.assign(row, { landsBefore: landsBefore(sent, times), isSaid: true })
  if (isOwner) leaveClaim(world, slot)
  rest(replica)
}

/** Who works on nothing takes it up again, in the product the same process. */
function leaveClaim(world: World, slot: number): void {
  Object.assign(at(world.slots, slot), { owner: undefined, freeAt: undefined })
}

/** A final no to a grant ends it (rule 7). */
function giveUp(world: World, slot: number, level: number): void {
  const grant = world.grants.find(
    (one) =>
      one.state === 'granting' &&
      one.holdings.some((held) => held.slot === slot && held.want === level && !held.isReached),
  )
  if (grant !== undefined) moveToRevoking(world, grant)
}

/** A transaction that fails, and one whose commit nobody hears of. */
function storeFailures(replica: Replica, r: number, { add, times }: About): void {
  const { step, slot, attempt, sent } = replica
  const later = (next: World, what: Partial<Replica>) =>
    Object.assign(at(next.replicas, r), { ...what, step: 'say', sayAt: next.now + TICK })
  if (step === 'intend') {
    add(`the database fails under the intent of R${r}`, 'storeFail', (next) => {
      if (replica.isOwner) leaveClaim(next, slot)
      rest(at(next.replicas, r))
    })
    add(`R${r} does not hear that its intent was committed`, 'storeFail', (next) => {
      intend(next, r, times)
      if (at(next.replicas, r).step === 'send') later(next, { sent: { outcome: 'dropped', answeredAt: next.now } })
    })
  }
  if (step === 'store') {
    add(`the database fails under the write-back of R${r}`, 'storeFail', (next) => later(next, { read: undefined }))
    add(`R${r} does not hear that its write-back was committed`, 'storeFail', (next) => {
      store(next, r, times)
      later(next, { slot, attempt, sent, isOwner: false })
    })
  }
  if (step === 'say') add(`the database fails R${r} again`, 'storeFail', (next) => later(next, {}))
}

function accidents(world: World, r: number, { add, times, scope }: About): void {
  const replica = at(world.replicas, r)
  const isBusy = replica.mode !== 'down' && replica.step !== 'idle'
  if (replica.mode === 'up') storeFailures(replica, r, { add, times, scope })
  if (isBusy) {
    add(`R${r} is killed (${replica.step})`, 'crash', (next) => {
      for (const call of next.calls) if (call.by === r) Object.assign(call, { by: undefined, isLate: true })
      const lands = next.now + times.silent + times.deadline + times.settle + times.readLag
      for (const one of next.attempts)
        if (one.sender === r && one.landsBefore === Number.POSITIVE_INFINITY) one.landsBefore = lands
      if (replica.isOwner) at(next.slots, replica.slot).freeAt = next.now + times.silent
      next.replicas[r] = { ...IDLE, mode: 'down' }
    })
  }
  if (replica.mode === 'down') add(`R${r} starts again`, 'free', (next) => rest(at(next.replicas, r)))
  if (isBusy && replica.mode === 'up' && (replica.step !== 'leave' || scope.gap)) {
    add(`R${r} is stopped (${replica.step})`, 'pause', (next) => {
      at(next.replicas, r).mode = 'paused'
      if (replica.isOwner) at(next.slots, replica.slot).freeAt = next.now + times.silent
    })
  }
  if (replica.mode === 'paused') {
    add(`R${r} goes on`, 'free', (next) => {
      at(next.replicas, r).mode = 'up'
      if (replica.isOwner) at(next.slots, replica.slot).freeAt = undefined
    })
  }
}
