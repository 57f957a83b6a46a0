import { generateKeyPair } from 'jose'
import { TeamsClient } from '../test/doubles/teams/client.ts'
import { TeamsTenant } from '../test/doubles/teams/tenant.ts'
import { type Spread, spreadOf } from './spread.ts'
import { setStage, until } from './stage.ts'
import { measureStarts } from './starts.ts'

export interface TeamsFigures {
  /** From a signed message to the card that answers it, at the connector. */
  readonly message: Spread
  /** From a signed press to its answer. */
  readonly press: Spread
  /** A token that somebody else signed, to its refusal. */
  readonly forged: Spread
  /** A bare route of the same server. */
  readonly floor: Spread
  readonly idleMegabytes: number
}

export interface TeamsSizes {
  readonly messages: number
  readonly forged: number
  readonly idleMs: number
}

const PEOPLE = 40
const WARM_UP = 10

/** Teams beside Slack, on PostgreSQL. */
export async function measureTeams(postgresUrl: string, sizes: TeamsSizes): Promise<TeamsFigures> {
  const names = Array.from({ length: PEOPLE }, (_, n) => `p${n}`)
  const people = Object.fromEntries(names.map((name) => [name, { name, address: `${name}@acme.example` }]))
  const sam = { name: 'Sam', address: 'sam@acme.example' }
  const tenant = await new TeamsTenant({ people: { ...people, sam } }).start()
  const stage = await setStage('PostgreSQL', postgresUrl, { tenant })
  try {
    const child = await stage.launch()
    const client = new TeamsClient(child.url, tenant)
    await times(WARM_UP, (n) => answered(tenant, client, `p${n}`))
    const message = spreadOf(await times(sizes.messages, (n) => answered(tenant, client, `p${n % PEOPLE}`)))
    const press = spreadOf(await pressed(tenant, client, Math.min(sizes.messages, PEOPLE)))
    const { privateKey } = await generateKeyPair('RS256')
    const authorization = `Bearer ${await tenant.sign({ key: privateKey })}`
    const forged = spreadOf(await times(sizes.forged, () => client.say('p1', 'mine', { authorization })))
    const bare = () => fetch(`${child.url}/healthz`).then((response) => response.arrayBuffer())
    const floor = spreadOf(await times(sizes.forged, bare))
    await child.stop()
    const { idleMegabytes } = await measureStarts(stage, { times: 0, idleMs: sizes.idleMs })
    return { message, press, forged, floor, idleMegabytes }
  } finally {
    await stage.close()
    await tenant.close()
  }
}

async function answered(tenant: TeamsTenant, client: TeamsClient, person: string): Promise<void> {
  const before = tenant.messages.length
  const { status } = await client.say(person, 'mine')
  if (status !== 200) throw new Error(`a message was answered ${status}`)
  await until('the answer', () => tenant.messages[before])
}

/** One request each, asked for before the clock runs. */
async function pressed(tenant: TeamsTenant, client: TeamsClient, count: number): Promise<readonly number[]> {
  const isRoot = (n: number) =>
    tenant.messages.filter((each) => each.conversation.startsWith('19:') && each.root === undefined)[n]
  const took: number[] = []
  for (let n = 0; n < count; n++) {
    await client.say(`p${n}`, `request github:team-sre ${n + 1}m because of the bench`)
    const card = await until('the card', () => isRoot(n))
    const began = performance.now()
    await client.press('sam', card, 'Approve')
    took.push(performance.now() - began)
  }
  return took
}

async function times(count: number, work: (n: number) => Promise<unknown>): Promise<readonly number[]> {
  const took: number[] = []
  for (let n = 0; n < count; n++) {
    const began = performance.now()
    await work(n)
    took.push(performance.now() - began)
  }
  return took
}
