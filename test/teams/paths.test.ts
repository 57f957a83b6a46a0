import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCESS, type TeamsMessage } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'
import { TEAMS_PEOPLE } from '../support/world.ts'

let teams: TeamsWorld
let sql: postgres.Sql
beforeAll(async () => {
  teams = await givenTeams({
    tenantOptions: {
      people: {
        ...TEAMS_PEOPLE,
        gus: { name: 'Sam', address: 'sam@acme.example', role: 'guest' },
        fed: { name: 'Sam', address: 'sam@acme.example', tenant: '11111111-0000-4000-8000-000000000000' },
        zoe: { name: 'Zoe', address: 'zoe@acme.example' },
      },
    },
    change: (yaml) => yaml.replace('limits: { ', 'limits: { commands_per_minute: 1000, pending_per_person: 100, '),
  })
  sql = postgres(teams.world.databaseUrl ?? '', { max: 1, onnotice: () => undefined })
})
afterAll(async () => {
  const { problems } = teams.tenant
  await sql.end()
  await teams.close()
  expect(problems).toEqual([])
})

type Path = (person: string, id: string, card: TeamsMessage) => Promise<unknown>
const approve = (id: string) => ({ type: 'Action.Execute', verb: 'line', data: { line: `approve ${id}` } })
const PATHS: Readonly<Record<string, Path>> = {
  'the button': (person, id, card) => teams.client.invoke(person, card, { action: approve(id), trigger: 'manual' }),
  'the button without a trigger': (person, id, card) => teams.client.invoke(person, card, { action: approve(id) }),
  'a line one-to-one': (person, id) => teams.client.say(person, `approve ${id}`),
  'a line in the channel': (person, id) => teams.client.say(person, `approve ${id}`, { conversation: ACCESS }),
  'a like': (person, _id, card) => teams.client.react(person, card, 'like'),
}

let minutes = 10
async function asked(): Promise<readonly [string, TeamsMessage]> {
  minutes += 1
  const id = await teams.ask('ann', `github:team-sre ${minutes}m`)
  return [id, await teams.card(id)]
}

const votesOf = async (id: string) =>
  (await sql`select person, platform, value from vote where request_id = ${id}`).map((row) => ({ ...row }))
const stateOf = async (id: string) => (await sql`select state from request where id = ${id}`)[0]?.state

describe.each(Object.entries(PATHS))('A2: by %s', (_name, path) => {
  test('an approver approves', async () => {
    const [id, card] = await asked()
    await path('sam', id, card)
    await expect.poll(() => stateOf(id)).toBe('approved')
    expect(await votesOf(id)).toEqual([{ person: 'sam@acme.example', platform: 'teams', value: 'yes' }])
  })

  test.each(['ann', 'bob', 'gus', 'fed', 'zoe'])('%s does not', async (person) => {
    const [id, card] = await asked()
    await path(person, id, card)
    await teams.client.say('ann', `show ${id}`)
    expect([await stateOf(id), await votesOf(id)]).toEqual(['pending', []])
  })
})
