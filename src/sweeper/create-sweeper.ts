import { schedule } from 'node-cron'
import type { ClaimedSlot, SlotsWanted } from '../ports/store/slots.ts'
import { closeEnded } from './close-ended.ts'
import type { SweeperDeps } from './deps.ts'
import { endDue, GIVE_UP_MS } from './end-due.ts'
import { errorOf } from './error-of.ts'
import { retryAfterOf } from './fault-words.ts'
import { compareHolders } from './holders.ts'
import { InFlight } from './in-flight.ts'
import { Insistence } from './insistence.ts'
import { InstanceHealth } from './instance-health.ts'
import { giveNotices } from './notices.ts'
import { sendMessage } from './outbox.ts'
import { prepareGrants } from './prepare-grants.ts'
import { publishHomes } from './publish-homes.ts'
import { releaseAfterError } from './release.ts'
import { tellNotices } from './tell-notices.ts'
import { createWithdrawals, type Withdrawals } from './withdrawals.ts'
import { workSlot } from './work-slot.ts'

const HEARTBEAT = '*/2 * * * * *'
const TIDY = '0 * * * * *'
const SLOTS_AN_INSTANCE = 16
const MESSAGES_AT_ONCE = 24
const LONGEST_SLEEP_MS = 2_000
/** How long stopping waits for a database that does not hear how a write went. */
const SAY_WITHIN_MS = 3_000

export interface Sweeper {
  start(): Promise<void>
  /** Something may be due: look now. */
  wake(): void
  /** Ends when what is in flight has ended. */
  stop(): Promise<void>
}

/** Makes what is observed equal what is wanted. State rows are the queue: every pass looks at what is, and finishes it. */
export function createSweeper(deps: SweeperDeps): Sweeper {
  const slots = new InFlight<number>()
  const messages = new InFlight<number>()
  const grants = new InFlight<string>()
  const health = new InstanceHealth(() => performance.now(), deps.random)
  const insistence = new Insistence(deps.random)
  const withdrawals = createWithdrawals(deps, () => loop.wake())
  const hands = { slots, messages, grants, withdrawals, health, insistence, wake: () => loop.wake() }
  const loop = new Loop(deps, () => pass(deps, hands))
  const heartbeat = schedule(HEARTBEAT, () => loop.wake(), { noOverlap: true })
  const beat = schedule(HEARTBEAT, () => guarded(deps, 'beat_failed', () => deps.store.beat()), { noOverlap: true })
  const tidy = schedule(TIDY, () => guarded(deps, 'tidy_failed', () => deps.store.tidy()), { noOverlap: true })
  return {
    async start() {
      await deps.store.onNudge(() => loop.wake())
      loop.start()
    },
    wake: () => loop.wake(),
    async stop() {
      await Promise.all([heartbeat.destroy(), beat.destroy(), tidy.destroy()])
      await loop.stop()
      insistence.stop(SAY_WITHIN_MS)
      await Promise.all([slots, messages, grants, withdrawals].map((each) => each.settled()))
    },
  }
}

async function guarded(deps: SweeperDeps, event: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => deps.log.warn({ error: errorOf(error) }, event))
}

interface Hands {
  readonly slots: InFlight<number>
  readonly messages: InFlight<number>
  /** Prepared, or compared after their end, by the id of the grant; notices, and pages of people. */
  readonly grants: InFlight<string>
  readonly withdrawals: Withdrawals
  readonly health: InstanceHealth
  readonly insistence: Insistence
  readonly wake: () => void
}

/** One look at everything that is due. Answers how long nothing is, in ms. */
async function pass(deps: SweeperDeps, hands: Hands): Promise<number> {
  if (await endDue(deps)) return 0
  await closeEnded(deps)
  await hands.withdrawals.take()
  await takeSlots(deps, hands)
  await prepareGrants(deps, hands.grants, hands.wake)
  await giveNotices(deps)
  await compareHolders(deps, hands.grants)
  await tellNotices(deps, hands.grants)
  await takeMessages(deps, hands)
  await publishHomes(deps, hands.grants, hands.wake)
  return sleepMs(deps, hands)
}

function sleepMs(deps: SweeperDeps, hands: Hands): Promise<number> {
  const except = busyInstances(deps, hands)
  const probes = except.map((instance) => hands.health.probeInMs(instance)).filter((ms) => ms > 0)
  return deps.store.transact(async (tx) => {
    const begins = (await tx.loadedLast()) === deps.settings.hash
    const due = [
      await tx.grants.nextDueInMs(GIVE_UP_MS, begins),
      await tx.slots.nextDueInMs(except),
      await hands.withdrawals.nextDueInMs(tx),
      hands.messages.size < MESSAGES_AT_ONCE ? await tx.messages.nextDueInMs() : undefined,
      await tx.homes.nextDueInMs(),
    ]
    return Math.min(LONGEST_SLEEP_MS, ...probes, ...due.filter((ms) => ms !== undefined))
  })
}

/** A bulkhead a provider: one that hangs or fails delays nobody else. */
function busyInstances({ providers }: SweeperDeps, { slots, health }: Hands): readonly string[] {
  const instances = [...providers.values()].map((provider) => provider.instance)
  return instances.filter((instance) => slots.countOf(instance) >= health.capacity(instance, SLOTS_AN_INSTANCE))
}

/** Each provider has a share of its own; what belongs to none that is configured is looked at too. */
async function takeSlots(deps: SweeperDeps, hands: Hands): Promise<void> {
  const { slots, health } = hands
  const instances = [...deps.providers.values()].map((provider) => provider.instance)
  for (const only of instances) {
    const limit = health.capacity(only, SLOTS_AN_INSTANCE) - slots.countOf(only)
    if (limit > 0) await takeSome(deps, hands, { limit, instances: { only } })
  }
  await takeSome(deps, hands, { limit: SLOTS_AN_INSTANCE, instances: { except: instances } })
}

type Some = Pick<SlotsWanted, 'limit' | 'instances'>

async function takeSome(deps: SweeperDeps, hands: Hands, some: Some): Promise<void> {
  const { slots, wake } = hands
  const wanted = { ...some, inFlight: slots.keys() }
  const { claimed, now } = await deps.store.transact(async (tx) => ({
    claimed: await tx.slots.claim(wanted),
    now: tx.now,
  }))
  for (const slot of claimed) slots.run(slot.id, slot.instance, () => workOn(deps, hands, slot, now).finally(wake))
}

async function workOn(deps: SweeperDeps, hands: Hands, slot: ClaimedSlot, nowMs: number): Promise<void> {
  const { health, insistence } = hands
  try {
    const fault = await workSlot(deps, { claimed: slot, nowMs, insistence })
    if (fault !== undefined) health.failed(slot.instance, slot.id, retryAfterOf(fault))
    else if (health.answered(slot.instance)) await deps.store.transact((tx) => tx.slots.hurry(slot.instance))
  } catch (error) {
    deps.log.error({ slot: slot.name, instance: slot.instance, error: errorOf(error) }, 'slot_work_failed')
    await guarded(deps, 'slot_not_released', () => releaseAfterError(deps, slot))
  }
}

async function takeMessages(deps: SweeperDeps, { messages, wake }: Hands): Promise<void> {
  const limit = MESSAGES_AT_ONCE - messages.size
  if (limit <= 0) return
  const claimed = await deps.store.transact((tx) => tx.messages.claim(limit, messages.keys()))
  for (const message of claimed) {
    const send = () =>
      sendMessage(deps, message).catch((error: unknown) => {
        deps.log.error({ message: message.id, error: errorOf(error) }, 'message_work_failed')
      })
    messages.run(message.id, message.platform, () => send().finally(wake))
  }
}

const AFTER_FAILURE_MS = 500
const SHORTEST_SLEEP_MS = 5

/** One pass at a time; a wake during a pass makes another one follow at once. */
class Loop {
  readonly #deps: SweeperDeps
  readonly #pass: () => Promise<number>
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #isWoken = false
  #isOn = false

  constructor(deps: SweeperDeps, pass: () => Promise<number>) {
    this.#deps = deps
    this.#pass = pass
  }

  start(): void {
    this.#isOn = true
    this.wake()
  }

  wake(): void {
    this.#isWoken = true
    if (this.#isOn && this.#running === undefined) this.#run()
  }

  async stop(): Promise<void> {
    this.#isOn = false
    clearTimeout(this.#timer)
    await this.#running
  }

  #run(): void {
    clearTimeout(this.#timer)
    this.#running = this.#rounds().finally(() => {
      this.#running = undefined
    })
  }

  async #rounds(): Promise<void> {
    this.#isWoken = false
    const sleepMs = await this.#pass().catch((error: unknown) => {
      this.#deps.log.error({ error: errorOf(error) }, 'sweep_failed')
      return AFTER_FAILURE_MS
    })
    if (!this.#isOn) return
    // Through a timer also when there is more at once: an embedded database answers without leaving this thread.
    this.#timer = setTimeout(() => this.wake(), this.#isWoken ? 0 : Math.max(SHORTEST_SLEEP_MS, sleepMs))
  }
}
