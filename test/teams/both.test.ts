import { afterEach, expect, test } from 'vitest'
import { buttonsOf } from '../doubles/slack/reading.ts'
import { actionsOf, plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS, type TeamsPerson } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'
import { told } from '../support/told.ts'
import { TEAMS_PEOPLE } from '../support/world.ts'

let teams: TeamsWorld
afterEach(async () => {
  const { problems } = teams.tenant
  const more = [...teams.world.slack.problems, ...teams.world.github.problems]
  await teams.close()
  expect([...problems, ...more]).toEqual([])
})

const both = (options: Parameters<typeof givenTeams>[0] = {}) => givenTeams({ isBesideSlack: true, ...options })

test('asked in Slack, decided in Teams, told in Slack', async () => {
  teams = await both()
  const { world, client } = teams
  // Being put into the channel is what tells us where Teams is.
  expect((await client.install('sam', { conversation: ACCESS })).status).toBe(200)
  const asked = await told(world.slack, world.client, ['U0ANN', 'request github:team-sre 4s from Slack'])
  const id = /req_[0-9a-z]{8}/.exec(asked.text)?.[0] ?? ''
  const card = await teams.card(id)
  expect(plainTextOf(card.card)).toContain('from Slack')
  await client.press('sam', card, 'Approve')
  await world.until('it ends', () => /Ended/.test(plainTextOf(card.card)))
  await world.until('Ann hears it in Slack', () =>
    /Ended/.test(
      [...world.slack.messages.values()]
        .filter(({ channel }) => channel === 'D0ANN')
        .map(world.text)
        .join(' '),
    ),
  )
  expect(teams.told('ann')).toEqual([])
})

test('asked in Teams, decided in Slack, told in Teams', async () => {
  teams = await both({ channel: 'slack:C0ACCESS' })
  const { world } = teams
  const id = await teams.ask('ann', 'github:team-sre 4s from Teams')
  const card = await world.until('the card', () =>
    [...world.slack.messages.values()].find((each) => world.text(each).includes(id)),
  )
  expect(buttonsOf(card).map(({ label }) => label)).toEqual(['Approve', 'Deny…'])
  await world.client.react('U0SAM', card, 'white_check_mark')
  await world.until('it ends', () => /Ended/.test(world.text(card)))
  await world.until('Ann hears it in Teams', () => teams.told('ann').some((text) => /Ended/.test(text)))
  expect(teams.tenant.messages.filter((each) => each.conversation === ACCESS)).toEqual([])
})

test('A6: who votes in Slack and in Teams counts once; lines count from either', async () => {
  teams = await both({ config: { quorum: 2 } })
  const { world, client } = teams
  const id = await teams.ask('ann', 'github:team-sre 4s')
  const card = await teams.card(id)
  await client.press('sam', card, 'Approve')
  const again = await world.client.command('U0SAM', `approve ${id}`)
  expect(again.text).toMatch(/approved|already|counted/i)
  await client.react('sam', card, 'like')
  await world.until('one of two', () => plainTextOf(card.card).includes('1 of 2 approved'))
  expect(actionsOf(card.card)).toHaveLength(2)
  await world.client.command('U0SUE', `approve ${id}`)
  await world.until('it ends', () => /Ended/.test(plainTextOf(card.card)))
})

test('A4: nobody approves in Slack what they asked for in Teams', async () => {
  teams = await both()
  const id = await teams.ask('sue', 'github:team-sre 30m')
  expect((await teams.world.client.command('U0SUE', `approve ${id}`)).text).toContain('their own request')
  await teams.client.react('sue', await teams.card(id), 'like')
  expect(actionsOf((await teams.card(id)).card)).toHaveLength(2)
})

test('it waits for Teams to say where it is, and follows as soon as it does', async () => {
  teams = await both()
  const { world, client } = teams
  const asked = await told(world.slack, world.client, ['U0ANN', 'request github:team-sre 30m'])
  const id = /req_[0-9a-z]{8}/.exec(asked.text)?.[0] ?? ''
  const direct = () =>
    [...world.slack.messages.values()]
      .filter(({ channel }) => channel === 'D0ANN')
      .map(world.text)
      .join(' ')
  await world.until('Ann is told why', () => /say something to @Thand there/.test(direct()))
  await client.install('sam', { conversation: ACCESS })
  expect(plainTextOf((await teams.card(id)).card)).toContain(id)
})

test('A11: an account of the configuration that Teams never told of keeps nobody from deciding in Slack', async () => {
  const objectId = `0b1ec700-0000-4000-8000-${Buffer.from('sam').toString('hex').padEnd(12, '0')}`
  const pinned = (yaml: string) => yaml.replace('{ github: sam-acme }', `{ github: sam-acme, teams: ${objectId} }`)
  teams = await both({ channel: 'slack:C0ACCESS', change: pinned })
  const { world } = teams
  const asked = await told(world.slack, world.client, ['U0ANN', 'request github:team-sre 30m'])
  const id = /req_[0-9a-z]{8}/.exec(asked.text)?.[0] ?? ''
  await world.client.command('U0SAM', `approve ${id}`)
  await world.until('active', () =>
    [...world.slack.messages.values()].some((each) => /Ann is SRE team/.test(world.text(each))),
  )
  // Once it acts it is heard, and is this person's.
  await teams.client.say('sam', 'pending')
  expect(await world.until('an answer', () => teams.told('sam')[0])).toContain('Nothing')
})

test('A13: who is known from a roster alone is asked about anew: a guest since a moment ago decides nothing', async () => {
  const objectId = `0b1ec700-0000-4000-8000-${Buffer.from('sam').toString('hex').padEnd(12, '0')}`
  const pinned = (yaml: string) => yaml.replace('{ github: sam-acme }', `{ github: sam-acme, teams: ${objectId} }`)
  const people: Record<string, TeamsPerson> = { ...TEAMS_PEOPLE }
  teams = await both({ channel: 'slack:C0ACCESS', change: pinned, tenantOptions: { people } })
  const { world, client, tenant } = teams
  await client.install('ann', { conversation: ACCESS })
  const approve = async (words: string) => {
    const asked = await told(world.slack, world.client, ['U0ANN', `request ${words}`])
    return world.client.command('U0SAM', `approve ${/req_[0-9a-z]{8}/.exec(asked.text)?.[0]}`)
  }
  const cards = () => [...world.slack.messages.values()].filter(({ channel }) => channel === 'C0ACCESS').map(world.text)
  await approve('github:team-sre 30m')
  await world.until('active', () => cards().some((text) => /Ann is SRE team/.test(text)))
  expect(tenant.calls.some(({ path }) => path.endsWith('pagedmembers'))).toBe(true)
  people['sam'] = { ...TEAMS_PEOPLE.sam, role: 'guest' }
  // What was asked is true for ten seconds; the roster is remembered for longer, and says only where somebody is.
  await new Promise((resolve) => setTimeout(resolve, 10_500))
  await approve('github:org-admin 30m')
  await world.until('not given', () => cards().some((text) => /^Not granted/.test(text)))
  expect(world.github.roleOf('ann-acme')).toBe('member')
})
