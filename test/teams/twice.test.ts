import { afterEach, describe, expect, test } from 'vitest'
import { inputsOf, plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorld, type TeamsWorldOptions } from '../support/teams-world.ts'
import { TEAMS_PEOPLE } from '../support/world.ts'

let teams: TeamsWorld
afterEach(async () => {
  const { problems } = teams.tenant
  await teams.close()
  expect(problems).toEqual([])
})

type Deliver = () => ReturnType<TeamsWorld['client']['say']>

/** The same activity three times, two of them at once, and what somebody was told by it. */
async function saidOf(person: string, deliver: Deliver): Promise<readonly string[]> {
  const before = teams.told(person).length
  const first = await deliver()
  await teams.world.until('the answer', () => teams.told(person).length > before)
  const again = await Promise.all([teams.client.deliver(first.activity), teams.client.deliver(first.activity)])
  expect([first.status, ...again.map(({ status }) => status)]).toEqual([200, 200, 200])
  // Each conversation takes one message a second: what else was said by then would be there.
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  return teams.told(person).slice(before)
}

describe('the same activity again says nothing again', () => {
  const cases: readonly (readonly [string, RegExp, Deliver])[] = [
    ['our name alone', /What do you need/, () => teams.client.say('ann', '')],
    ['our name alone in a channel', /What do you need/, () => teams.client.say('ann', '', { conversation: ACCESS })],
    ['request alone', /What do you need/, () => teams.client.say('ann', 'request')],
    ['a word that is none', /Did you mean/, () => teams.client.say('ann', 'requst github:org-admin 30m')],
    [
      'in a shared channel',
      /shared with another organisation/,
      () => {
        const channelData = { tenant: { id: teams.tenant.tenant }, channel: { id: ACCESS, type: 'shared' } }
        return teams.client.say('ann', 'mine', { conversation: ACCESS, extra: { channelData } })
      },
    ],
    ['a stranger', /I do not know/, () => teams.client.say('zoe', 'mine')],
    ['a stranger and our name alone', /I do not know/, () => teams.client.say('zoe', '')],
  ]
  test.each(cases)('%s', async (name, words, deliver) => {
    teams = await given()
    const said = await saidOf(name.startsWith('a stranger') ? 'zoe' : 'ann', deliver)
    expect(said).toEqual([expect.stringMatching(words)])
  })

  test('more lines than a minute may have', async () => {
    teams = await given({ change: (yaml) => yaml.replace('limits: { ', 'limits: { commands_per_minute: 1, ') })
    await teams.client.say('ann', 'mine')
    await teams.world.until('the first answer', () => teams.told('ann').length > 0)
    expect(await saidOf('ann', () => teams.client.say('ann', 'mine'))).toEqual([expect.stringMatching(/minute/)])
  })

  test('a like where likes do not count', async () => {
    teams = await given({ config: { reactions: false } })
    const card = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
    const said = await saidOf('sam', () => teams.client.react('sam', card, 'like'))
    expect(said.filter((text) => /reaction/i.test(text))).toHaveLength(1)
  })
})

test('a button that opens a form opens it again: whoever pressed waits for it', async () => {
  teams = await given()
  const card = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
  const first = await teams.client.press('sam', card, 'Deny…')
  const again = await teams.client.deliver(first.activity)
  expect(again.body).toEqual(first.body)
  expect(inputsOf(teams.client.viewOf('sam', card)).map(({ id }) => id)).toEqual(['reason'])
  expect(plainTextOf(card.card)).toContain('Ann asks')
})

test('what failed is answered when it comes again', async () => {
  teams = await given()
  teams.tenant.faults.next('member', { kind: 'status', status: 500 })
  const first = await teams.client.say('ann', '')
  expect(first.status).toBe(503)
  expect((await teams.client.deliver(first.activity)).status).toBe(200)
  await teams.world.until('the form', () => teams.told('ann').length > 0)
})

function given(options: TeamsWorldOptions = {}): Promise<TeamsWorld> {
  const people = { ...TEAMS_PEOPLE, zoe: { name: 'Zoe', address: 'zoe@acme.example' } }
  return givenTeams({ tenantOptions: { people }, ...options })
}
