import { afterEach, describe, expect, test } from 'vitest'
import { TeamsClient } from '../doubles/teams/client.ts'
import { actionsOf, plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'
import { TEAMS_PEOPLE } from '../support/world.ts'

let teams: TeamsWorld
afterEach(async () => {
  const { problems } = teams.tenant
  await teams.close()
  expect(problems).toEqual([])
})

test('after a restart everything is where it was: cards change in place, and people are told', async () => {
  teams = await givenTeams()
  const { world, tenant } = teams
  const id = await teams.ask('ann', 'github:team-sre 20s')
  const card = await teams.card(id)
  await teams.client.press('sam', card, 'Approve')
  await world.until('active', () => teams.everSaid(id).some((text) => /Ann is SRE team/.test(text)))
  await world.server.stop()
  await world.start()
  const client = new TeamsClient(world.server.url, tenant)
  await client.say('ann', `end ${id}`)
  await world.until('the card says it', () => /Ended/.test(plainTextOf(card.card)))
  expect(tenant.messages.filter((each) => each.conversation === ACCESS && each.root === undefined)).toHaveLength(1)
})

test('an address that was stored and is not allowed any more is never called', async () => {
  teams = await givenTeams()
  const { world, tenant } = teams
  const id = await teams.ask('ann', 'github:team-sre 30m')
  await teams.card(id)
  await world.server.stop()
  const calls = tenant.calls.length
  const other = await givenTeams({
    env: { ...tenant.env, TEAMS_SERVICE_HOSTS: 'elsewhere.example', DATABASE_URL: world.databaseUrl ?? '' },
  })
  await world.until(
    'it is refused',
    () => other.world.log.some((line) => line.includes('service_url_not_allowed')),
    30_000,
  )
  expect(tenant.calls.slice(calls).filter(({ path }) => path.startsWith('/emea'))).toEqual([])
  await other.close()
})

describe('the same again', () => {
  test('a line that is delivered twice has one effect and one answer', async () => {
    teams = await givenTeams()
    const { client, world, tenant } = teams
    const first = await client.say('ann', 'request github:team-sre 30m')
    const again = await client.deliver(first.activity)
    expect([first.status, again.status]).toEqual([200, 200])
    const id = await world.until('the answer', () => /req_[0-9a-z]{8}/.exec(teams.told('ann').join(' '))?.[0])
    await teams.card(id)
    await client.say('ann', 'pending')
    await world.until('another answer', () => teams.told('ann').length >= 2)
    expect(teams.told('ann').filter((text) => text.includes('Asked'))).toHaveLength(1)
    expect(tenant.messages.filter((each) => each.conversation === ACCESS && each.root === undefined)).toHaveLength(1)
  })

  test('a press that is delivered twice, late, counts once and is answered with the card as it is', async () => {
    teams = await givenTeams({ config: { quorum: 2 } })
    const { client } = teams
    const card = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
    const first = await client.press('sam', card, 'Approve')
    const again = await client.deliver(first.activity)
    expect(again.body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' })
    expect(JSON.stringify(again.body)).toContain('1 of 2 approved')
  })

  test('C3: trigger automatic changes nothing, whatever the button was', async () => {
    teams = await givenTeams()
    const { client } = teams
    const card = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
    const [approve] = actionsOf(card.card)
    const { body } = await client.invoke('sam', card, { action: approve, trigger: 'automatic' })
    expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' })
    expect(actionsOf((await teams.card(await teams.ask('bob', 'github:team-sre 30m'))).card)).toHaveLength(2)
    expect(actionsOf(card.card)).toHaveLength(2)
  })

  test('C4: data of another request on a card decides nothing', async () => {
    teams = await givenTeams()
    const { client } = teams
    const one = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
    const id = await teams.ask('bob', 'github:org-admin 30m')
    const other = await teams.card(id)
    const action = { type: 'Action.Execute', verb: 'line', data: { line: `approve ${id}` } }
    const { body } = await client.invoke('sam', one, { action, trigger: 'manual' })
    expect(body).toMatchObject({ type: 'application/vnd.microsoft.activity.message' })
    expect(actionsOf(other.card)).toHaveLength(2)
  })
})

describe('where answers go', () => {
  test('in a channel what one asks is answered one-to-one, and nobody else reads it', async () => {
    teams = await givenTeams()
    await teams.client.say('ann', 'mine', { conversation: ACCESS })
    await teams.world.until('the answer', () => teams.told('ann').length > 0)
    expect(teams.tenant.messages.filter((each) => each.conversation === ACCESS)).toEqual([])
  })

  test('what is asked so that only one sees it is answered so', async () => {
    teams = await givenTeams()
    const recipient = { id: `28:${teams.tenant.appId}`, name: 'Thand', isTargeted: true }
    await teams.client.say('ann', 'help', { conversation: ACCESS, isMentioned: false, extra: { recipient } })
    const answer = await teams.world.until('the answer', () => teams.tenant.messages[0])
    expect([answer.onlyFor, answer.conversation]).toEqual(['ann', ACCESS])
  })

  test('without our name nothing in a channel is for us; other people in it stay names', async () => {
    teams = await givenTeams()
    await teams.client.say('ann', 'mine', { conversation: ACCESS, isMentioned: false })
    const sam = { type: 'mention', text: '<at>Sam</at>', mentioned: { id: teams.tenant.mri('sam'), name: 'Sam' } }
    const us = { type: 'mention', text: '<at>Thand</at>', mentioned: { id: `28:${teams.tenant.appId}`, name: 'Thand' } }
    const text = '<at>Thand</at> request&nbsp;github:team-sre 30m as <at>Sam</at> &amp; <at>Thand</at> said'
    await teams.client.say('ann', '', { conversation: ACCESS, extra: { text, entities: [us, sam, us] } })
    const id = await teams.world.until('asked', () => /req_[0-9a-z]{8}/.exec(teams.told('ann').join(' '))?.[0])
    expect(plainTextOf((await teams.card(id)).card)).toContain('as @Sam & said')
    expect(teams.told('ann')).toHaveLength(1)
  })

  test('who adds us is greeted, once', async () => {
    teams = await givenTeams()
    await teams.client.install('bob')
    await teams.client.install('bob')
    const [greeting] = await teams.world.until('a greeting', () =>
      teams.told('bob').length > 0 ? teams.told('bob') : undefined,
    )
    expect(greeting).toContain('@Thand request github:org-admin 30m')
    await teams.client.say('bob', 'mine')
    await teams.world.until('an answer', () => teams.told('bob').length >= 2)
    expect(teams.told('bob').filter((text) => text === greeting)).toHaveLength(1)
  })
})

test('A17: a second account with the same address is refused', async () => {
  teams = await givenTeams({
    tenantOptions: {
      people: { ann: { name: 'Ann', address: 'ann@acme.example' }, ann2: { name: 'Ann', address: 'ANN@acme.example' } },
    },
  })
  await teams.client.say('ann', 'mine')
  await teams.world.until('bound', () => teams.told('ann').length > 0)
  await teams.client.say('ann2', 'mine')
  expect(await teams.world.until('refused', () => teams.told('ann2')[0])).toMatch(/account/)
})

test('C18: no card in a channel that Teams calls shared', async () => {
  teams = await givenTeams()
  const { tenant, client } = teams
  const channel = { id: ACCESS, type: 'shared' }
  const channelData = { tenant: { id: tenant.tenant }, channel, team: { id: '19:team@thread.tacv2' } }
  await client.say('sam', 'help', { conversation: ACCESS, extra: { channelData } })
  await teams.ask('ann', 'github:team-sre 30m')
  await teams.world.until('Sam has it', () => teams.told('sam').some((text) => text.includes('Ann asks')))
  expect(tenant.messages.filter((each) => each.conversation === ACCESS)).toEqual([])
})

test('C18: what Teams said of a channel holds until it says something else', async () => {
  teams = await givenTeams()
  const { tenant, client } = teams
  const of = (type: string | undefined) => ({
    tenant: { id: tenant.tenant },
    channel: { id: ACCESS, ...(type === undefined ? {} : { type }) },
    team: { id: '19:team@thread.tacv2' },
  })
  await client.install('sam', { conversation: ACCESS, extra: { channelData: of('shared') } })
  await client.say('sam', 'help', { conversation: ACCESS, extra: { channelData: of(undefined) } })
  const id = await teams.ask('ann', 'github:team-sre 30m')
  await teams.world.until('Sam has it', () => teams.told('sam').some((text) => text.includes('Ann asks')))
  expect(tenant.messages.filter((each) => each.conversation === ACCESS)).toEqual([])
  await client.install('sam', { conversation: ACCESS, extra: { channelData: of('standard') } })
  await teams.client.say('ann', `cancel ${id}`)
  expect(plainTextOf((await teams.card(await teams.ask('ann', 'github:team-sre 45m'))).card)).toContain('45 minutes')
})

test('who leaves the channel where they were heard last stays who they are', async () => {
  teams = await givenTeams()
  const { client, tenant, world } = teams
  await client.say('sam', 'pending')
  await client.say('sam', 'pending', { conversation: ACCESS })
  await world.until('answers', () => teams.told('sam').length >= 2)
  tenant.channels.set(ACCESS, ['ann', 'bob', 'sue'])
  const card = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
  await client.say('sam', `approve ${/req_[0-9a-z]{8}/.exec(plainTextOf(card.card))?.[0]}`)
  await world.until('active', () => plainTextOf(card.card).includes('Ann is SRE team'))
})

test('a picture one-to-one asks for nothing', async () => {
  teams = await givenTeams()
  const attachments = [{ contentType: 'image/png', contentUrl: 'https://evil.example/x.png' }]
  expect((await teams.client.say('ann', '', { extra: { attachments } })).status).toBe(200)
  await teams.client.say('ann', 'mine', {
    extra: { attachments: [{ contentType: 'text/html', content: '<p>mine</p>' }] },
  })
  await teams.world.until('an answer', () => teams.told('ann').length > 0)
  expect(teams.told('ann').join(' ')).not.toContain('What do you need')
})

test('reactions count only where the workflow says so', async () => {
  teams = await givenTeams({ config: { reactions: false } })
  const card = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
  await teams.client.react('sam', card, 'like')
  await teams.world.until('Sam is told', () => teams.told('sam').some((text) => /reaction/i.test(text)))
  expect(actionsOf(card.card)).toHaveLength(2)
  await teams.client.react('sam', card, 'heart')
})

test('a group chat as the channel of a workflow: no threads, and the same life', async () => {
  const GROUP = '19:group@thread.v2'
  teams = await givenTeams({
    channel: `teams:${GROUP}`,
    tenantOptions: { people: TEAMS_PEOPLE, channels: { [GROUP]: Object.keys(TEAMS_PEOPLE) } },
  })
  const { client, tenant, world } = teams
  await client.say('ann', 'request github:team-sre 4s', { conversation: GROUP })
  const inGroup = () => tenant.messages.filter((each) => each.conversation === GROUP)
  const card = await world.until('the card', () => inGroup().find((each) => actionsOf(each.card).length === 2))
  await client.press('sam', card, 'Approve')
  await world.until('it ends', () => /Ended/.test(plainTextOf(card.card)))
  expect(inGroup().every((each) => each.root === undefined)).toBe(true)
  expect(inGroup().filter((each) => each.history.length > 0)).toEqual([card])
})
