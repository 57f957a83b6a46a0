import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { watched } from '../campaign/watched-store.ts'
import { cardsIn } from '../doubles/slack/reading.ts'
import type { SlackMessage } from '../doubles/slack/workspace.ts'
import { standardConfig } from '../support/standard-config.ts'
import { givenWorld, type World } from '../support/world.ts'

let world: World
afterEach(async () => {
  // A line may be on its way into the thread of a card that was deleted a moment ago.
  const lines = world.slack.problems.filter((problem) => !problem.includes('/thread_ts'))
  const problems = [...lines, ...world.github.problems]
  await world.close()
  expect(problems).toEqual([])
})

test('a card whose post was lost is posted again; when somebody decides on the lost one, both show it', async () => {
  world = await givenWorld()
  const { slack, until } = world
  slack.faults.failNext('chat.postMessage', { kind: 'reset_after' })
  await world.client.command('U0ANN', 'request github:org-admin 30m')
  await until('the second card', () => cardsIn(slack, 'C0ACCESS').length === 2)
  await world.client.press('U0SAM', world.card(0), 'Approve')
  await until('both show it', () =>
    cardsIn(slack, 'C0ACCESS').every((card) => /Ann is Organisation owner/.test(world.text(card))),
  )
  expect(cardsIn(slack, 'C0ACCESS').filter((card) => world.hasButton(card, 'Approve'))).toEqual([])
  await world.client.command('U0ANN', `end ${/req_\w{8}/.exec(world.text(world.card()))?.[0]}`)
  await until('both show the end', () => cardsIn(slack, 'C0ACCESS').every((card) => /^Ended/.test(world.text(card))))
})

test('somebody deletes the card: what is asked for or given stays in sight, in a card posted anew', async () => {
  world = await givenWorld({ yaml: (github) => standardConfig(github, { quorum: 2 }) })
  const { slack, until } = world
  const cards = () => cardsIn(slack, 'C0ACCESS')
  const remove = ({ channel, ts }: SlackMessage) => slack.messages.delete(`${channel}:${ts}`)
  await world.client.command('U0ANN', 'request github:org-admin 30m')
  const first = await until('a card', () => cards()[0])
  const id = /req_\w{8}/.exec(world.text(first))?.[0]
  remove(first)
  await world.client.command('U0SAM', `approve ${id}`)
  const second = await until('a new card', () => cards()[0])
  expect(world.text(second)).toContain('1 of 2')
  await until('its thread', () => world.thread(second).some((line) => line.includes('Sam approved')))
  await world.client.press('U0SUE', second, 'Approve')
  await until('active', () => /Ann is Organisation owner/.test(world.text(second)))
  remove(second)
  await world.client.command('U0ANN', `end ${id}`)
  const third = await until('another new card', () => cards()[0])
  await until('the end', () => /^Ended/.test(world.text(third)))
})

test('a mark that comes before its post is recorded counts all the same', async () => {
  const recorded: string[] = []
  const before = async (label: string) => {
    if (label !== 'messages.sent') return
    await pause(600)
    recorded.push(label)
  }
  world = await givenWorld({ wrapping: { store: (store) => watched(store, { before }) } })
  const { slack, until } = world
  await world.client.command('U0ANN', 'request github:org-admin 30m')
  await until('a card', () => cardsIn(slack, 'C0ACCESS').length > 0)
  const marked = world.client.react('U0SAM', world.card(), 'white_check_mark')
  expect(recorded).toEqual([])
  expect((await marked).status).toBe(200)
  await until('it is given', () => /Ann is Organisation owner/.test(world.text(world.card())))
})
