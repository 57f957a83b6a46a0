import { expect, test } from 'vitest'
import { standardConfig } from '../support/standard-config.ts'
import { givenWorld } from '../support/world.ts'

test('what a temporary owner changed about the owners is told in the thread, and not undone', async () => {
  const world = await givenWorld()
  const { slack, github, until } = world
  await world.client.command('U0ANN', 'request github:org-admin 5s')
  await until('a card', () => slack.messages.size > 0)
  await world.client.press('U0SAM', world.card(), 'Approve')
  await until('owner', () => github.roleOf('ann-acme') === 'admin')
  github.hands.setMember('bob-acme', 'admin')
  await until('it is told', () => world.thread(world.card()).some((line) => /now also bob-acme/.test(line)))
  expect(github.roleOf('bob-acme')).toBe('admin')
  expect(github.roleOf('ann-acme')).toBe('member')
  await world.close()
})

test('a team role that invites takes the outsider out of the organisation again, whichever write comes first', async () => {
  const yaml = (github: { readonly url: string }) =>
    standardConfig(github).replace('api_url:', 'invite: true, api_url:')
  const world = await givenWorld({
    yaml,
    github: { members: { 'sam-acme': 'admin' }, outsiders: ['ann-acme'], teams: { sre: {} } },
  })
  const { slack, github, until } = world
  await world.client.command('U0ANN', 'request github:team-sre 5s')
  await until('a card', () => slack.messages.size > 0)
  await world.client.press('U0SAM', world.card(), 'Approve')
  await until('invited to the team', () => github.state.teamPending.sre?.['ann-acme'] !== undefined)
  expect(github.roleOf('ann-acme')).toBe('pending member')
  await until('it ends', () => /Ended/.test(world.text(world.card())))
  expect(github.roleOf('ann-acme')).toBeUndefined()
  expect(github.state.teamPending.sre?.['ann-acme']).toBeUndefined()
  await world.close()
})
