import { expect, test } from 'vitest'
import { givenWorld } from '../support/world.ts'

test('what a temporary owner changed about the owners is told in the thread, and not undone', async () => {
  const world = await givenWorld()
  const { slack, github, until } = world
  await world.client.command('U0ANN', 'request github:org-admin 2s')
  await until('a card', () => slack.messages.size > 0)
  await world.client.press('U0SAM', world.card(), 'Approve')
  await until('owner', () => github.roleOf('ann-acme') === 'admin')
  github.hands.setMember('bob-acme', 'admin')
  await until('it is told', () => world.thread(world.card()).some((line) => /now also bob-acme/.test(line)))
  expect(github.roleOf('bob-acme')).toBe('admin')
  expect(github.roleOf('ann-acme')).toBe('member')
  await world.close()
})
