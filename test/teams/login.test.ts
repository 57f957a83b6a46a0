import { afterEach, expect, test } from 'vitest'
import { actionsOf, plainTextOf } from '../doubles/teams/reading.ts'
import { givenAsking } from '../support/logged-in.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'

let teams: TeamsWorld
afterEach(async () => {
  const { problems } = teams.tenant
  await teams.close()
  expect(problems).toEqual([])
})

const asking = () => givenAsking({ client: teams.world.client, server: teams.world.server })

async function cardAfter(person: string, line: string) {
  const { tenant, client, world } = teams
  const mine = () => tenant.messages.filter((each) => each.conversation === tenant.personal.get(person))
  const before = mine().length
  await client.say(person, line)
  return world.until('the answer', () => mine()[before])
}

test('C17: a code typed in Teams binds nothing; the button of its card does, and the device pulls what was granted', async () => {
  teams = await givenTeams()
  const { client, world } = teams
  const { device, deviceCode, userCode } = await asking()
  const card = await cardAfter('ann', `login ${userCode}`)
  expect(plainTextOf(card.card)).toMatch(/started/i)
  expect((await device.redeem(deviceCode)).text).toContain('authorization_pending')
  const yes = actionsOf(card.card).find(({ title }) => /yes, this is me/i.test(title))?.title ?? ''
  const pressed = await client.press('ann', card, yes)
  expect(pressed.body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' })
  await expect
    .poll(async () => (await device.redeem(deviceCode)).status, { timeout: 30_000, interval: 2_100 })
    .toBe(200)
  await world.until('the card says it', () => !actionsOf(card.card).some(({ title }) => /yes/i.test(title)))
})

test('somebody else presses nothing on it', async () => {
  teams = await givenTeams()
  const { client } = teams
  const { device, deviceCode, userCode } = await asking()
  const card = await cardAfter('ann', `login ${userCode}`)
  const yes = actionsOf(card.card).find(({ title }) => /yes, this is me/i.test(title))
  const own = await cardAfter('bob', 'mine')
  const { body } = await client.invoke('bob', own, { action: yes, trigger: 'manual' })
  expect(body).toMatchObject({ type: 'application/vnd.microsoft.activity.message' })
  expect((await device.redeem(deviceCode)).text).toContain('authorization_pending')
})

test('of a wrong code nothing is told but that it is wrong', async () => {
  teams = await givenTeams()
  const card = await cardAfter('ann', 'login WDJB-MJHT')
  expect(actionsOf(card.card)).toEqual([])
})
