import { afterEach, expect, test } from 'vitest'
import { actionsOf, plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'

let teams: TeamsWorld
afterEach(async () => {
  const { problems } = teams.tenant
  await teams.close()
  expect(problems).toEqual([])
})

const roots = () => teams.tenant.messages.filter((each) => each.conversation === ACCESS && each.root === undefined)

test('a press whose member is looked up slowly is answered in time, and counts', async () => {
  teams = await givenTeams()
  const { client, tenant, world } = teams
  const card = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
  tenant.faults.next('member', { kind: 'slow', delayMs: 6_000 }, 3)
  const began = performance.now()
  const { body } = await client.press('sam', card, 'Approve')
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(body).toMatchObject({ type: 'application/vnd.microsoft.activity.message' })
  await world.until('approved', () => plainTextOf(card.card).includes('Sam'))
  await world.until('no buttons', () => actionsOf(card.card).length === 0)
})

test('a refusal that comes after Teams was answered is said one-to-one', async () => {
  teams = await givenTeams()
  const { client, tenant, world } = teams
  const card = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
  tenant.faults.next('member', { kind: 'slow', delayMs: 5_000 }, 3)
  await client.press('bob', card, 'Approve')
  await world.until('Bob is told', () => teams.told('bob').some((text) => /not one of those who decide/.test(text)))
})

test('A11: a member who cannot be looked up decides nothing', async () => {
  teams = await givenTeams()
  const { client, tenant } = teams
  const card = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
  tenant.faults.next('member', { kind: 'status', status: 500 }, 9)
  const { status, body } = await client.press('sam', card, 'Approve')
  expect([status, body]).toMatchObject([200, { type: 'application/vnd.microsoft.activity.message' }])
  expect((await client.say('sam', 'pending')).status).toBe(503)
  tenant.faults.clear()
  expect(actionsOf(card.card)).toHaveLength(2)
})

test('a connector that is down: the card comes when it is up again, once', async () => {
  teams = await givenTeams()
  const { tenant } = teams
  const id = await teams.ask('ann', 'github:team-sre 30m')
  await teams.card(id)
  tenant.faults.next('send', { kind: 'status', status: 503 }, 3)
  const asked = await teams.client.say('bob', 'request github:team-sre 45m')
  expect(asked.status).toBe(200)
  await teams.world.until('the card', () => roots().length === 2)
})

test('a post whose answer is lost: a second card at most, and both show what is true once somebody touches them', async () => {
  teams = await givenTeams()
  const { tenant, client, world } = teams
  await client.say('ann', 'help')
  await world.until('an answer', () => teams.told('ann').length > 0)
  // The answer to asking goes first to the one-to-one chat, or the card does: both are lost once.
  tenant.faults.next('send', { kind: 'reset_after' }, 2)
  await client.say('ann', 'request github:team-sre 30m')
  await world.until('two cards', () => roots().length === 2)
  const [lost, kept] = roots()
  if (lost === undefined || kept === undefined) throw new Error('no cards')
  await client.press('sam', lost, 'Approve')
  await world.until('both say it', () => [lost, kept].every((each) => actionsOf(each.card).length === 0))
})

test('our token is renewed when the connector does not take it any more', async () => {
  teams = await givenTeams()
  const { tenant, client, world } = teams
  await client.say('ann', 'mine')
  await world.until('an answer', () => teams.told('ann').length === 1)
  tenant.tokens.clear()
  expect((await client.say('bob', 'mine')).status).toBe(503)
  await client.say('bob', 'mine')
  await world.until('an answer', () => teams.told('bob').length === 1)
})

test('a wrong secret is named in the log, without being there', async () => {
  teams = await givenTeams({ env: { MicrosoftAppPassword: 'canary-wrong' } })
  expect((await teams.client.say('ann', 'mine')).status).toBe(503)
  const log = teams.world.log.join('\n')
  expect(log).toContain('the token endpoint answered 401')
  expect(log).not.toContain('canary')
})

test('C1: nothing is changed by asking for the page', async () => {
  teams = await givenTeams()
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
    expect((await fetch(`${teams.world.server.url}/api/messages`, { method })).status).toBe(404)
})
