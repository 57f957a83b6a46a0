import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cardsIn, threadOf } from '../doubles/slack/reading.ts'
import type { SlackMessage } from '../doubles/slack/workspace.ts'
import { givenStage, type Stage, writesOf, yamlWith } from './b-stage.ts'
import { settled } from './c-stage.ts'

let stage: Stage
let id: string
let card: SlackMessage

/** Two of security decide, so that one vote is seen and decides nothing. */
beforeAll(async () => {
  stage = await givenStage({ yaml: (github) => yamlWith(github, { quorum: 2 }) })
  id = await stage.ask('U0ANN', 'github:org-admin 30m')
  await stage.world.until('its thread', () => stage.cardText(id) !== '' && stage.thread(id).length > 0)
  card = stage.card(id)
  // The first contact of an account is written down, whatever it said.
  for (const user of ['U0SAM', 'U0SUE']) await stage.say(user, 'mine')
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const YES = 'white_check_mark'
const react = (...[user, message, name, options]: Parameters<Stage['world']['client']['react']>) =>
  stage.world.client.react(user, message, name, options)
/** After everything that the double has dated with the time of day. */
const at = (second: number) => `${1_900_000_000 + second}.000100`
const unreact = (user: string, name = YES, eventTs?: string) =>
  stage.world.client.unreact(user, card, name, eventTs === undefined ? {} : { eventTs })

/** Who stands with which vote. */
async function votes(of = id): Promise<Readonly<Record<string, string>>> {
  const rows = await stage.sql`select person, value from vote where request_id = ${of}`
  return Object.fromEntries(rows.map(({ person, value }) => [String(person).split('@')[0], String(value)]))
}

/** The reaction came through, and nothing was written. */
async function isNothing(act: () => Promise<{ readonly status: number }>): Promise<void> {
  const before = await settled(stage.sql)
  expect((await act()).status).toBe(200)
  expect(await settled(stage.sql)).toEqual(before)
}

describe('C13: a mark that is no vote', () => {
  test.each([
    '+1',
    'thumbsup',
    'heavy_check_mark',
    'ballot_box_with_check',
    'white_check_mark_2',
    'White_Check_Mark',
    'approve',
    'no_entry',
    'heavy_multiplication_x',
    'skin-tone-3::white_check_mark',
    ' white_check_mark',
    '',
  ])('by another name, “%s”', (name) => isNothing(() => react('U0SAM', card, name)))

  test('by our own bot', () => isNothing(() => react('U0THAND', card, YES)))

  test('on a message of a person, in the channel and in the thread of the card', async () => {
    const theirs = (more: Partial<SlackMessage>): SlackMessage => {
      const base = { channel: 'C0ACCESS', user: 'U0ANN', text: id, blocks: card.blocks, history: [], reactions: {} }
      return { ...base, ts: stage.world.slack.mintTs(), ...more }
    }
    await isNothing(() => react('U0SAM', theirs({}), YES))
    await isNothing(() => react('U0SAM', theirs({ threadTs: card.ts }), YES))
    // As Slack tells of the messages of webhooks: without an author.
    await isNothing(() => react('U0SAM', theirs({ user: '' }), YES))
  })

  test('on a message that says to be ours and that we never posted', async () => {
    await isNothing(() => react('U0SAM', { ...card, ts: '1700000000.000100' }, YES))
    await isNothing(() => react('U0SAM', { ...card, channel: 'C0OTHER' }, YES))
  })

  test('on the direct message of who asked', async () => {
    const other = await stage.ask('U0BOB', 'github:team-sre 10m')
    await stage.say('U0SAM', `deny ${other}`)
    const direct = await stage.world.until('a direct message', () => cardsIn(stage.world.slack, 'D0BOB')[0])
    await isNothing(() => react('U0SAM', direct, YES))
  })

  test('by who asked: told so, counted never', async () => {
    await react('U0ANN', card, YES)
    expect(await votes()).toEqual({})
    const last = await stage.world.until('a word', () => stage.world.slack.ephemerals.at(-1))
    expect([last.user, last.text]).toEqual(['U0ANN', 'Nobody decides their own request'])
  })

  test('by somebody who decides nothing', async () => {
    await react('U0BOB', card, YES)
    expect(await votes()).toEqual({})
  })
})

describe('C13: a mark that is a vote', () => {
  test('counts in any skin tone, and no longer when it is taken away', async () => {
    await react('U0SAM', card, `${YES}::skin-tone-4`)
    expect(await votes()).toEqual({ sam: 'yes' })
    await unreact('U0SAM', `${YES}::skin-tone-4`)
    expect(await votes()).toEqual({ sam: 'withdrawn' })
    await react('U0SAM', card, YES)
    expect(await votes()).toEqual({ sam: 'yes' })
    await unreact('U0SAM')
    expect(await stage.stateOf(id)).toBe('pending')
  })

  test('counts once, whichever way it is given again', async () => {
    await react('U0SAM', card, YES)
    await react('U0SAM', card, `${YES}::skin-tone-2`)
    await stage.say('U0SAM', `approve ${id}`)
    expect(await stage.stateOf(id)).toBe('pending')
    await unreact('U0SAM')
    expect(await votes()).toEqual({ sam: 'withdrawn' })
  })

  test('counts on a line of ours in the thread', async () => {
    const line = await stage.world.until('a line', () => threadOf(stage.world.slack, card)[0])
    await react('U0SAM', line, YES)
    expect(await votes()).toEqual({ sam: 'yes' })
    await stage.world.client.unreact('U0SAM', line, YES)
    expect(await votes()).toEqual({ sam: 'withdrawn' })
  })
})

describe('C13: events that come in another order than people acted', () => {
  test('an old yes after its newer withdrawal counts for nothing', async () => {
    await react('U0SAM', card, YES, { eventTs: at(10) })
    await unreact('U0SAM', YES, at(12))
    await react('U0SAM', card, YES, { eventTs: at(11) })
    expect(await votes()).toMatchObject({ sam: 'withdrawn' })
  })

  test('a withdrawal that overtakes its yes holds too', async () => {
    await unreact('U0SUE', YES, at(22))
    await react('U0SUE', card, YES, { eventTs: at(21) })
    expect(await votes()).toMatchObject({ sue: 'withdrawn' })
    await react('U0SUE', card, YES, { eventTs: at(23) })
    expect(await votes()).toMatchObject({ sue: 'yes' })
    await unreact('U0SUE', YES, at(24))
  })

  test('an old withdrawal takes nothing from a newer yes, and an old no denies nothing', async () => {
    await react('U0SAM', card, YES, { eventTs: at(32) })
    await unreact('U0SAM', YES, at(31))
    await react('U0SAM', card, 'x', { eventTs: at(30) })
    expect(await votes()).toMatchObject({ sam: 'yes' })
    expect(await stage.stateOf(id)).toBe('pending')
  })
})

describe('C13: a card that was decided', () => {
  test('takes no mark any more, and says when it was decided', async () => {
    await react('U0SUE', card, 'x', { eventTs: at(40) })
    expect(await stage.stateOf(id)).toBe('denied')
    const before = await votes()
    for (const user of ['U0SAM', 'U0SUE']) {
      await react(user, card, YES)
      await stage.world.until('a word', () =>
        stage.world.slack.ephemerals.some((each) => each.user === user && /already denied by Sue/.test(each.text)),
      )
      await unreact(user)
      await unreact(user, 'x')
    }
    expect(await votes()).toEqual(before)
    expect(await stage.stateOf(id)).toBe('denied')
    expect(writesOf(stage.github)).toEqual([])
  })
})
