import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buttonsOf, cardsIn, plainTextOf, threadOf } from '../doubles/slack/reading.ts'
import type { SlackEphemeral } from '../doubles/slack/workspace.ts'
import { PEOPLE } from '../support/world.ts'
import { givenStage, type Stage } from '../threats/b-stage.ts'
import { settled } from '../threats/c-stage.ts'

const EVE = { name: 'Ann', email: 'ann@acme.example', team: 'T0EVIL', isStranger: true }

let stage: Stage
beforeAll(async () => {
  stage = await givenStage({ people: { ...PEOPLE, U0EVE: EVE } })
  for (const user of Object.keys(PEOPLE)) await stage.say(user, 'mine')
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const client = () => stage.world.client
const slack = () => stage.world.slack

/** What is whispered to them next. */
async function whispered(user: string, act: () => Promise<{ readonly status: number }>): Promise<SlackEphemeral> {
  const before = slack().ephemerals.length
  expect((await act()).status).toBe(200)
  const told = await stage.world.until('a word', () => slack().ephemerals[before])
  expect(told.user).toBe(user)
  return told
}

/** What is said to them directly next. */
async function answered(user: string, act: () => Promise<{ readonly status: number }>) {
  const channel = `D${user.slice(1)}`
  const mine = () => [...slack().messages.values()].filter((each) => each.channel === channel)
  const before = mine().length
  expect((await act()).status).toBe(200)
  return stage.world.until('an answer', () => mine()[before])
}

async function isNothing(act: () => Promise<{ readonly status: number }>): Promise<void> {
  const before = [await settled(stage.sql), slack().messages.size, slack().ephemerals.length, slack().responses.length]
  expect((await act()).status).toBe(200)
  expect([
    await settled(stage.sql),
    slack().messages.size,
    slack().ephemerals.length,
    slack().responses.length,
  ]).toEqual(before)
}

describe('@Thand in a channel', () => {
  test('is a line; the answer is for the one who typed it, and the channel has nothing but cards', async () => {
    const told = await whispered('U0ANN', () =>
      client().mention('U0ANN', 'request github:org-admin 30m &lt;fix&gt; it'),
    )
    const id = /req_[0-9a-z]{8}/.exec(plainTextOf(told))?.[0] ?? ''
    expect(told.channel).toBe('C0GENERAL')
    const [row] = await stage.sql`select reason, platform from request where id = ${id}`
    expect(row).toEqual({ reason: '<fix> it', platform: 'slack' })
    await stage.world.until('its card', () => stage.cardText(id) !== '')
    expect(cardsIn(slack(), 'C0GENERAL')).toEqual([])
    await whispered('U0SAM', () => client().mention('U0SAM', `approve ${id}`))
    await stage.reach(id, 'active')
  })

  test('in a thread is answered in the thread', async () => {
    const root = stage.world.card(0)
    const told = await whispered('U0SAM', () =>
      client().mention('U0SAM', 'pending', { channel: 'C0ACCESS', threadTs: root.ts }),
    )
    expect([told.channel, told.threadTs]).toEqual(['C0ACCESS', root.ts])
  })

  test.each([
    [
      'people, channels and addresses as they were typed',
      'see <#C0GENERAL|general> and <https://x.example/?a=1&amp;b=2> of <@U0SUE|sue>',
      'see #general and https://x.example/?a=1&b=2 of @sue',
    ],
    [
      'a link whose words hide where it leads',
      '<https://evil.example|the invoice>',
      'the invoice (https://evil.example)',
    ],
    [
      'what Slack linked by itself',
      '<http://x.example|x.example> <mailto:a@b.example|a@b.example>',
      'x.example a@b.example',
    ],
    ['a call to everybody', '<!channel> and <!subteam^S1|@ops>', '@channel and @ops'],
  ])('C5: %s', async (_what, typed, reason) => {
    const told = await whispered('U0BOB', () => client().mention('U0BOB', `request github:team-sre 7m ${typed}`))
    const id = /req_[0-9a-z]{8}/.exec(plainTextOf(told))?.[0] ?? ''
    expect((await stage.sql`select reason from request where id = ${id}`)[0]).toEqual({ reason })
    await stage.say('U0BOB', `cancel ${id}`)
  })

  test('without a line gets help, and a way to the form', async () => {
    const told = await whispered('U0ANN', () => client().mention('U0ANN', ''))
    expect(plainTextOf(told)).toMatch(/Access for a while/)
    await client().press('U0ANN', told, 'Request access…')
    await stage.world.until('the form', () => slack().views.some((each) => /What do you need/.test(plainTextOf(each))))
  })

  test('spoken about, not to, does nothing: one is told how to', async () => {
    const line = `please <@U0THAND> request github:org-admin 30m`
    const before = await settled(stage.sql)
    await whispered('U0ANN', () => client().say('U0ANN', line, { channel: 'C0GENERAL', type: 'app_mention' }))
    expect((await settled(stage.sql)).request).toEqual(before.request)
  })

  test('C18: in a shared channel is refused, and does nothing', async () => {
    const extra = { is_ext_shared_channel: true }
    const told = await whispered('U0ANN', () => client().mention('U0ANN', 'request github:org-admin 31m', { extra }))
    expect(told.text).toBe('This channel is shared with another organisation')
  })

  test('A9: somebody of another organisation is told so', async () => {
    const told = await whispered('U0EVE', () => client().mention('U0EVE', 'mine'))
    expect(told.text).toMatch(/may not use Thand/)
  })
})

describe('a direct message', () => {
  test('is a line, answered there', async () => {
    const said = await answered('U0SUE', () => client().say('U0SUE', 'pending'))
    expect(said.text).toBe('Nothing waits for you')
    expect(slack().ephemerals.filter(({ channel }) => channel === 'D0SUE')).toEqual([])
  })

  test('in a thread is answered in the thread', async () => {
    const root = await answered('U0SUE', () => client().say('U0SUE', '/thand mine'))
    const said = await answered('U0SUE', () => client().say('U0SUE', '`mine`', { threadTs: root.ts }))
    expect(threadOf(slack(), root)).toEqual([said])
  })

  test('asks, and what is pressed on the answer shows what became of it', async () => {
    const said = await answered('U0BOB', () => client().say('U0BOB', 'request github:team-sre 8m'))
    const id = /req_[0-9a-z]{8}/.exec(plainTextOf(said))?.[0] ?? ''
    await client().press('U0BOB', said, 'Cancel')
    await stage.world.until('the card', () => /^Cancelled by Bob/.test(plainTextOf(said)))
    expect(await stage.stateOf(id)).toBe('cancelled')
    expect(buttonsOf(said)).toEqual([])
  })
})

describe('C13: what nobody typed to us just now is no line', () => {
  test.each([
    ['an edit', { subtype: 'message_changed', message: { text: 'mine' } }],
    ['an edited mention', { edited: { user: 'U0ANN', ts: '1.1' } }],
    ['a file', { subtype: 'file_share' }],
    ['a reply that is shown in its channel too', { subtype: 'thread_broadcast' }],
    ['another bot', { bot_id: 'B0OTHER' }],
    ['a bot without a person', { subtype: 'bot_message', bot_id: 'B0OTHER', user: undefined }],
    ['ourselves', { user: 'U0THAND' }],
    ['something hidden', { hidden: true }],
  ])('%s', async (_what, event) => {
    await isNothing(() => client().say('U0ANN', 'request github:org-admin 29m', { event }))
    await isNothing(() => client().mention('U0ANN', 'request github:org-admin 29m', { event } as never))
  })

  test('a message in a channel that does not name us', () =>
    isNothing(() => client().say('U0ANN', 'request github:org-admin 29m', { channel: 'C0ACCESS' })))

  test('the same event again', async () => {
    const eventId = 'Ev0AGAIN'
    await answered('U0ANN', () => client().say('U0ANN', 'mine', { eventId }))
    await isNothing(() => client().say('U0ANN', 'mine', { eventId, headers: { 'x-slack-retry-num': '1' } }))
  })
})

describe('a mark by somebody whom we do not take', () => {
  test('on our card is answered privately, with why; on what is not ours it is not', async () => {
    const card = stage.world.card(0)
    const told = await whispered('U0EVE', () => client().react('U0EVE', card, 'white_check_mark'))
    expect(told.text).toMatch(/may not use Thand: stranger/)
    const before = [slack().ephemerals.length, slack().messages.size, slack().responses.length]
    for (const silent of [
      () => client().unreact('U0EVE', card, 'white_check_mark'),
      () => client().react('U0EVE', { ...card, ts: '1700000000.000100' }, 'white_check_mark'),
      () => client().react('U0EVE', { ...card, user: 'U0ANN', ts: '1700000000.000200' }, 'x'),
    ])
      expect((await silent()).status).toBe(200)
    await settled(stage.sql)
    expect([slack().ephemerals.length, slack().messages.size, slack().responses.length]).toEqual(before)
  })
})
