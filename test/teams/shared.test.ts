import postgres from 'postgres'
import { afterEach, describe, expect, test } from 'vitest'
import { plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'
import { TEAMS_PEOPLE } from '../support/world.ts'

const OTHER = '19:other@thread.tacv2'
const EVERYBODY = Object.keys(TEAMS_PEOPLE)

let teams: TeamsWorld
afterEach(async () => {
  const { problems } = teams.tenant
  await teams.close()
  expect(problems).toEqual([])
})

const given = async () => {
  teams = await givenTeams({
    tenantOptions: { people: TEAMS_PEOPLE, channels: { [ACCESS]: EVERYBODY, [OTHER]: EVERYBODY } },
  })
}

/** As Teams tells of a channel: in the team's own conversation, whichever channel it is about. */
const toldOf = (channel: { readonly id: string; readonly type?: string }, eventType: string) =>
  teams.client.install('sam', {
    conversation: ACCESS,
    extra: {
      type: 'conversationUpdate',
      action: undefined,
      conversation: { id: ACCESS, conversationType: 'channel', tenantId: teams.tenant.tenant },
      channelData: { tenant: { id: teams.tenant.tenant }, eventType, channel, team: { id: ACCESS } },
    },
  })

const inChannel = (channel: { readonly id: string; readonly type?: string }) => ({
  conversation: channel.id,
  extra: { channelData: { tenant: { id: teams.tenant.tenant }, channel, team: { id: ACCESS } } },
})

const asksFor = async (id: string) => plainTextOf((await teams.card(id)).card)

describe('C18: what Teams tells of one channel says nothing of another', () => {
  test.each(['channelCreated', 'channelRenamed', 'channelShared'])('%s elsewhere keeps no card away', async (event) => {
    await given()
    expect((await toldOf({ id: OTHER, type: 'shared' }, event)).status).toBe(200)
    expect(await asksFor(await teams.ask('ann', 'github:team-sre 30m'))).toContain('30 minutes')
  })

  test('and frees none that is shared', async () => {
    await given()
    await teams.client.install('sam', inChannel({ id: ACCESS, type: 'shared' }))
    await toldOf({ id: OTHER, type: 'standard' }, 'channelCreated')
    await teams.ask('ann', 'github:team-sre 30m')
    await teams.world.until('Sam has it', () => teams.told('sam').some((text) => text.includes('Ann asks')))
    expect(teams.tenant.messages.filter((each) => each.conversation === ACCESS)).toEqual([])
  })
})

test('a channel that nothing was said in is kept only for a warning, and freed when Teams says so', async () => {
  await given()
  await toldOf({ id: OTHER, type: 'standard' }, 'channelCreated')
  expect(await placesIn()).toEqual([ACCESS])
  await toldOf({ id: OTHER, type: 'shared' }, 'channelShared')
  expect(await placesIn()).toEqual([ACCESS, OTHER])
  await toldOf({ id: OTHER, type: 'standard' }, 'channelUnShared')
  await teams.client.say('ann', 'request github:team-sre 30m', inChannel({ id: OTHER }))
  await teams.world.until('asked', () => teams.told('ann').some((text) => text.startsWith('Asked')))
})

describe('C18: in a channel that is known to be shared nothing takes effect', () => {
  test.each([
    ['said there before', () => teams.client.install('sam', inChannel({ id: OTHER, type: 'shared' }))],
    ['told of it elsewhere', () => toldOf({ id: OTHER, type: 'shared' }, 'channelShared')],
  ])('%s: a line without the kind of its channel', async (_name, learn) => {
    await given()
    await learn()
    await teams.client.say('ann', 'request github:team-sre 30m', inChannel({ id: OTHER }))
    const told = await teams.world.until('an answer', () => teams.told('ann')[0])
    expect(told).toContain('This channel is shared with another organisation')
    await teams.client.say('ann', 'request github:team-sre 30m', inChannel({ id: OTHER, type: 'standard' }))
    await teams.world.until('asked', () => teams.told('ann').some((text) => text.startsWith('Asked')))
  })
})

async function placesIn(): Promise<readonly string[]> {
  const sql = postgres(teams.world.databaseUrl ?? '', { max: 1, onnotice: () => undefined })
  try {
    const rows = await sql<{ place: string }[]>`select place from heard_place where kind = 'channel' order by place`
    return rows.map(({ place }) => place)
  } finally {
    await sql.end()
  }
}

describe('where the app was taken out', () => {
  const members = () => [{ id: `28:${teams.tenant.appId}` }]

  test.each([
    ['installationUpdate', () => ({ action: 'remove' })],
    ['conversationUpdate', () => ({ action: undefined, membersRemoved: members() })],
  ])('%s: the channel is forgotten, and known again when the app is', async (type, what) => {
    await given()
    const { client } = teams
    await client.install('sam', inChannel({ id: ACCESS }))
    await client.install('sam', inChannel({ id: OTHER, type: 'standard' }))
    expect(await placesIn()).toEqual([ACCESS, OTHER])
    const extra = { ...inChannel({ id: OTHER, type: 'standard' }).extra, type, ...what() }
    expect((await client.install('sam', { conversation: OTHER, extra })).status).toBe(200)
    expect(await placesIn()).toEqual([ACCESS])
    await client.install('sam', inChannel({ id: OTHER, type: 'standard' }))
    expect(await placesIn()).toEqual([ACCESS, OTHER])
  })

  test('somebody else who goes takes nothing with them', async () => {
    await given()
    const extra = { type: 'conversationUpdate', action: undefined, membersRemoved: [{ id: teams.tenant.mri('bob') }] }
    await teams.client.install('sam', { conversation: ACCESS, extra })
    expect(await placesIn()).toEqual([ACCESS])
  })

  test('C18: that it was shared is not forgotten: coming back frees nothing', async () => {
    await given()
    await teams.client.install('sam', inChannel({ id: OTHER, type: 'shared' }))
    await teams.client.install('sam', { ...inChannel({ id: OTHER }), action: 'remove' })
    await teams.client.install('sam', inChannel({ id: OTHER }))
    await teams.client.say('ann', 'request github:team-sre 30m', inChannel({ id: OTHER }))
    const told = await teams.world.until('an answer', () => teams.told('ann')[0])
    expect(told).toContain('This channel is shared with another organisation')
  })
})
