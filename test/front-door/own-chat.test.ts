import { afterEach, describe, expect, test } from 'vitest'
import { buttonsOf } from '../doubles/slack/reading.ts'
import { actionsOf, plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS } from '../doubles/teams/tenant.ts'
import { standardConfig } from '../support/standard-config.ts'
import { givenTeams } from '../support/teams-world.ts'
import { givenWorld, type World } from '../support/world.ts'
import type { Shown } from './door.ts'

/** Somebody's chat with us, where what is answered stays. */
interface OwnChat {
  readonly world: World
  say(person: 'ann' | 'sam', line: string): Promise<unknown>
  /** In the channel, where all can read. */
  sayInChannel(person: 'ann', line: string): Promise<unknown>
  /** What stands there now. */
  standing(person: 'ann' | 'sam'): readonly Shown[]
  close(): Promise<readonly unknown[]>
}

async function inSlack(): Promise<OwnChat> {
  const world = await givenWorld({ yaml: (github) => standardConfig(github) })
  const { slack, client } = world
  return {
    world,
    say: (person, line) => client.say(`U0${person.toUpperCase()}`, line),
    sayInChannel: (person, line) => client.command(`U0${person.toUpperCase()}`, line),
    standing: (person) =>
      [...slack.messages.values()]
        .filter((each) => each.channel === `D0${person.toUpperCase()}`)
        .map((each) => ({ text: world.text(each), buttons: buttonsOf(each).map(({ label }) => label) })),
    async close() {
      await world.close()
      return [...slack.problems, ...world.github.problems]
    },
  }
}

async function inTeams(): Promise<OwnChat> {
  const teams = await givenTeams()
  const { tenant, client, world } = teams
  return {
    world,
    say: (person, line) => client.say(person, line),
    sayInChannel: (person, line) => client.say(person, line, { conversation: ACCESS }),
    standing: (person) =>
      tenant.messages
        .filter((each) => each.conversation === tenant.personal.get(person))
        .map(({ card }) => ({ text: plainTextOf(card), buttons: actionsOf(card).map(({ title }) => title) })),
    async close() {
      await teams.close()
      return [...tenant.problems, ...world.github.problems]
    },
  }
}

const WITH_ID = /req_[0-9a-z]{8}/

describe.each([
  ['slack', inSlack],
  ['teams', inTeams],
] as const)('in one’s own chat with us in %s', (platform, open) => {
  let chat: OwnChat
  afterEach(async () => {
    expect(await chat.close()).toEqual([])
  })
  /** Those of a request: not the answer to ending, nor the warning. */
  const cards = (person: 'ann' | 'sam') =>
    chat.standing(person).filter(({ text }) => WITH_ID.test(text) && !/^(?:Ending it now|Ends at)/.test(text))
  const idOf = () => chat.world.until('the answer', () => WITH_ID.exec(cards('ann')[0]?.text ?? '')?.[0])

  test('the answer to asking is the card from then on: no second one comes, and no button stays that does nothing', async () => {
    chat = await open()
    await chat.say('ann', 'request github:org-admin 30m the billing page')
    const id = await idOf()
    expect(cards('ann')).toMatchObject([{ text: expect.stringMatching(/^Asked/), buttons: ['Cancel'] }])
    await chat.say('sam', `approve ${id}`)
    await chat.world.until('the card', () => /^You are Organisation owner/.test(cards('ann')[0]?.text ?? ''))
    expect(cards('ann')).toMatchObject([{ buttons: ['End now', 'Extend'] }])
    await chat.say('ann', `end ${id}`)
    await chat.world.until('the end', () => /^Ended/.test(cards('ann')[0]?.text ?? ''))
    expect(cards('ann')).toMatchObject([{ buttons: [] }])
    const lines = (line: RegExp) => chat.standing('ann').filter(({ text }) => line.test(text))
    await chat.world.until('the line', () => lines(/^Ended .*: member/).length > 0)
    expect([/^Approved by Sam/, /^You are Organisation owner/].map((line) => lines(line).length)).toEqual([1, 1])
  })

  test('what was denied says so where it was asked, and is told once', async () => {
    chat = await open()
    await chat.say('ann', 'request github:org-admin 30m')
    await chat.say('sam', `deny ${await idOf()} not during the freeze`)
    await chat.world.until('the card', () => /^Denied by Sam/.test(cards('ann')[0]?.text ?? ''))
    expect(cards('ann')).toMatchObject([{ buttons: [] }])
  })

  test('asked for the same again: no answer keeps its button', async () => {
    chat = await open()
    await chat.say('ann', 'request github:org-admin 30m')
    const id = await idOf()
    await chat.say('ann', 'request github:org-admin 30m')
    await chat.world.until('the second', () => cards('ann').some(({ text }) => /^You have asked/.test(text)))
    await chat.say('ann', `cancel ${id}`)
    await chat.world.until(
      'the cards',
      () => cards('ann').filter(({ text }) => /^Cancelled by Ann/.test(text)).length > 1,
    )
    expect(cards('ann').flatMap(({ buttons }) => buttons)).toEqual([])
  })

  test('a story that was shown stays the story', async () => {
    chat = await open()
    await chat.say('ann', 'request github:org-admin 30m')
    const id = await idOf()
    await chat.say('sam', `show ${id}`)
    await chat.world.until('the story', () => cards('sam').some(({ text }) => text.includes('What happened')))
    await chat.say('ann', `cancel ${id}`)
    await chat.world.until('the card', () => cards('ann').some(({ text }) => /^Cancelled by Ann/.test(text)))
    expect(cards('sam')).toMatchObject([{ text: expect.stringContaining('What happened') }])
  })

  test('where no answer stays, the decision comes as one card, and not as a line about it too', async () => {
    chat = await open()
    await chat.sayInChannel('ann', 'request github:org-admin 4s')
    const { until, slack } = chat.world
    const inChannel = () => [...slack.messages.values()].map((each) => chat.world.text(each)).join(' ')
    const id = platform === 'teams' ? await idOf() : await until('asked', () => WITH_ID.exec(inChannel())?.[0])
    await chat.say('sam', `approve ${id}`)
    const lines = (line: RegExp) => chat.standing('ann').filter(({ text }) => line.test(text))
    // A thread is posted from top to bottom, so nothing comes before this any more.
    await until('the end', () => lines(/^Ended .*: member/).length > 0)
    expect(lines(/^Approved by Sam/)).toHaveLength(platform === 'teams' ? 1 : 0)
    expect(cards('ann')).toHaveLength(1)
  })
})
