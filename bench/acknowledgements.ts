import { setTimeout as pause } from 'node:timers/promises'
import type { SlackClient } from '../test/doubles/slack/client.ts'
import type { Child } from './child.ts'
import { type Spread, spreadOf } from './spread.ts'
import { type Stage, userOf } from './stage.ts'

export interface Acknowledgements {
  readonly idle: Spread
  readonly idleFloor: Spread
  readonly loaded: Spread
  readonly loadedFloor: Spread
}

export interface AckSizes {
  readonly idle: number
  /** At 50 a second. */
  readonly loaded: number
}

const PER_SECOND = 50
const WARM_UP = 20

/** Signed slash commands, one after the other and 50 a second, beside the same ones at the floor. */
export async function measureAcknowledgements(stage: Stage, sizes: AckSizes): Promise<Acknowledgements> {
  const at = async (child: Child) => {
    const client = stage.clientOf(child)
    await oneByOne(client, WARM_UP)
    const idle = await oneByOne(client, sizes.idle)
    const loaded = await atOnce(client, sizes.loaded)
    await child.stop()
    return { idle: spreadOf(idle), loaded: spreadOf(loaded) }
  }
  const floor = await at(await stage.launchFloor())
  const ours = await at(await stage.launch())
  return { idle: ours.idle, loaded: ours.loaded, idleFloor: floor.idle, loadedFloor: floor.loaded }
}

/** Of ten: two ask for something, six look at what they have, two want help. */
const lineOf = (n: number) => {
  if (n % 5 === 0) return `request github:team-sre ${(n % 470) + 1}m because of the bench`
  return n % 5 === 4 ? 'help' : 'mine'
}

async function command(client: SlackClient, n: number): Promise<void> {
  const { status } = await client.command(userOf(Math.floor(n / 5)), lineOf(n))
  if (status !== 200) throw new Error(`a slash command was answered ${status}`)
}

async function oneByOne(client: SlackClient, count: number): Promise<readonly number[]> {
  const took: number[] = []
  for (let n = 0; n < count; n++) {
    const began = performance.now()
    await command(client, n)
    took.push(performance.now() - began)
  }
  return took
}

/** Counted from when each was to be sent: a server that is late is not spared those that wait behind it. */
async function atOnce(client: SlackClient, count: number): Promise<readonly number[]> {
  const began = performance.now()
  const sent = Array.from({ length: count }, async (_, n) => {
    const due = began + (n * 1000) / PER_SECOND
    await pause(Math.max(0, due - performance.now()))
    await command(client, n)
    return performance.now() - due
  })
  return Promise.all(sent)
}
