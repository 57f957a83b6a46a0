import { TeamsClient } from '../doubles/teams/client.ts'
import { plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS, type TeamsMessage, TeamsTenant, type TeamsTenantOptions } from '../doubles/teams/tenant.ts'
import { standardConfig } from './standard-config.ts'
import { givenWorld, TEAMS_PEOPLE, type World, type WorldOptions } from './world.ts'

export interface TeamsWorld {
  readonly world: World
  readonly tenant: TeamsTenant
  readonly client: TeamsClient
  /** Asks one-to-one; the id of the request. */
  ask(person: string, words: string): Promise<string>
  /** The card of a request in the channel, which is waited for. */
  card(id: string): Promise<TeamsMessage>
  /** What the card of a request shows, and all that it showed. */
  everSaid(id: string): readonly string[]
  /** What was said to somebody one-to-one. */
  told(person: string): readonly string[]
  thread(id: string): readonly string[]
  close(): Promise<void>
}

export interface TeamsWorldOptions extends WorldOptions {
  readonly tenantOptions?: TeamsTenantOptions
  readonly isBesideSlack?: boolean
  readonly channel?: string
  readonly config?: Parameters<typeof standardConfig>[1]
  readonly change?: (yaml: string) => string
}

/** The real server with Teams, alone unless told. */
export async function givenTeams(options: TeamsWorldOptions = {}): Promise<TeamsWorld> {
  const tenant = await new TeamsTenant(options.tenantOptions ?? { people: TEAMS_PEOPLE }).start()
  const { channel = `teams:${ACCESS}`, isBesideSlack = false, change = (yaml: string) => yaml } = options
  const world = await givenWorld({
    ...options,
    teams: { tenant, isAlone: !isBesideSlack },
    yaml: (github) => change(withTeams(standardConfig(github, options.config), tenant.tenant, channel)),
  })
  const client = new TeamsClient(world.server.url, tenant)
  const ofId = (id: string) =>
    tenant.messages.find(
      (each) =>
        each.conversation.startsWith('19:') &&
        each.root === undefined &&
        textsOf(each).some((text) => text.includes(id)),
    )
  const teams: TeamsWorld = {
    world,
    tenant,
    client,
    async ask(person, words) {
      const before = teams.told(person).length
      const asked = await client.say(person, `request ${words}`)
      if (asked.status !== 200) throw new Error(`asking was answered ${asked.status}: ${asked.text}`)
      // What is said of an earlier request may come between.
      const answer = () =>
        teams
          .told(person)
          .slice(before)
          .find((text) => /^(?:Asked|You have asked)/.test(text))
      const id = () => /req_[0-9a-z]{8}/.exec(answer() ?? '')?.[0]
      return world.until('the answer to asking', id)
    },
    card: (id) => world.until(`the card of ${id}`, () => ofId(id)),
    everSaid: (id) => (ofId(id) === undefined ? [] : textsOf(ofId(id))),
    told: (person) =>
      tenant.messages
        .filter((each) => each.conversation === tenant.personal.get(person))
        .map((each) => plainTextOf(each.card)),
    thread: (id) =>
      tenant.messages
        .filter((each) => each.root === ofId(id)?.id && each.root !== undefined)
        .map((each) => plainTextOf(each.card)),
    async close() {
      await world.close()
      await tenant.close()
    },
  }
  return teams
}

export function withTeams(yaml: string, tenant: string, channel: string): string {
  return yaml
    .replace('  slack: { team: T0ACME }', `  slack: { team: T0ACME }\n  teams: { tenant: ${tenant} }`)
    .replace('channel: slack:C0ACCESS', `channel: "${channel}"`)
}

function textsOf(message: TeamsMessage | undefined): readonly string[] {
  return message === undefined ? [] : [...message.history, message.card].map(plainTextOf)
}
