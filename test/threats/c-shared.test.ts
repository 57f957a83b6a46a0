import { afterEach, describe, expect, test } from 'vitest'
import { cardsIn } from '../doubles/slack/reading.ts'
import type { SlackMessage } from '../doubles/slack/workspace.ts'
import { PEOPLE } from '../support/world.ts'
import { givenStage, pause, type Stage, writesOf, yamlWith } from './b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const REASON = 'the canary of the reason'
const COMMENT = 'the canary of the comment'
const TOLD = /Ann|Sam|Sue|canary|Organisation owner|GitHub|req_|Approve|Denied/
/** Longer than the product believes what Slack said of a channel. */
const KNOWN_AFTER_MS = 10_200

/** What reads along from now on. */
function share(how: 'isExtShared' | 'isPendingExtShared' | 'not'): void {
  const { slack } = stage.world
  const off = { isExtShared: false, isPendingExtShared: false }
  slack.channels['C0ACCESS'] = { ...slack.channel('C0ACCESS'), ...off, ...(how === 'not' ? {} : { [how]: true }) }
}

const inChannel = () => [...stage.world.slack.messages.values()].filter((each) => each.channel === 'C0ACCESS')
const saidIn = (message: SlackMessage | undefined) => JSON.stringify([message?.text, message?.blocks])
const inDirect = (channel: string) => stage.world.text(cardsIn(stage.world.slack, channel)[0] ?? stage.card('none'))

async function asked(): Promise<string> {
  const id = await stage.ask('U0ANN', `github:org-admin 30m ${REASON}`)
  await stage.world.until('its thread', () => stage.cardText(id) !== '' && stage.thread(id).length > 0)
  return id
}

/** Every call that put words into the channel. */
const spoken = () => {
  const said = stage.world.slack.calls.filter(
    ({ method, args }) => method.startsWith('chat.') && args['channel'] === 'C0ACCESS',
  )
  return said.filter(({ method }) => method !== 'chat.postEphemeral')
}

describe('C18: where another organisation reads along', () => {
  test.each(['isExtShared', 'isPendingExtShared'] as const)(
    'from the start (%s): nothing is posted, the people get it directly, and it goes its way',
    async (how) => {
      const channels = {
        C0ACCESS: { name: 'access', isMember: true, isExtShared: false, isPendingExtShared: false, [how]: true },
      }
      stage = await givenStage({ channels })
      const id = await stage.ask('U0ANN', `github:org-admin 30m ${REASON}`)
      const { slack, until, client } = stage.world
      const card = await until('a direct message to Sam', () => cardsIn(slack, 'D0SAM')[0])
      expect(stage.world.text(card)).toContain(REASON)
      await until('a word to Ann', () => cardsIn(slack, 'D0ANN')[0])
      await until('how to mend it', () =>
        stage.world.thread(cardsIn(slack, 'D0ANN')[0] ?? card).some((line) => /shared outside/.test(line)),
      )
      await client.press('U0SAM', card, 'Approve')
      await stage.reach(id, 'active')
      await stage.say('U0ANN', `end ${id}`)
      await stage.reach(id, 'revoked')
      await until('the end, directly', () => inDirect('D0ANN').startsWith('Ended'))
      expect(spoken()).toEqual([])
    },
  )

  test('since a while: no card, no line and no change of a card says anything there, and what stood there is taken away', async () => {
    stage = await givenStage({ yaml: (github) => yamlWith(github, { quorum: 2 }) })
    const id = await asked()
    const card = stage.card(id)
    expect(saidIn(card)).toMatch(TOLD)
    const before = inChannel().length
    share('isExtShared')
    await pause(KNOWN_AFTER_MS)
    await stage.say('U0SAM', `approve ${id}`)
    await stage.say('U0SUE', `deny ${id} ${COMMENT}`)
    const other = await stage.ask('U0BOB', `github:team-sre 10m ${REASON}`)
    const { slack, until } = stage.world
    await until('the card to go', () => /taken away/.test(card.text))
    await until('a word to Ann', () => cardsIn(slack, 'D0ANN').length > 0)
    await until('the denial, directly', () => inDirect('D0ANN').includes(COMMENT))
    await until('a word to Bob', () => cardsIn(slack, 'D0BOB').length > 0)
    await until('the other to those who decide', () => cardsIn(slack, 'D0SAM').length > 0)
    expect(saidIn(card)).not.toMatch(TOLD)
    expect(inChannel().length).toBe(before)
    expect(
      card.history
        .slice(1)
        .map((each) => JSON.stringify(each))
        .join(),
    ).not.toMatch(TOLD)
    expect(JSON.stringify(inChannel())).not.toMatch(new RegExp(`${other}|${COMMENT}`))
    // Told once, whatever else happens to the request.
    const mends =
      await stage.sql`select content from message where request_id = ${id} and content::text like '%shared outside%'`
    expect(mends).toHaveLength(1)
  })

  test('for a while: the card comes back with what has become of it', async () => {
    stage = await givenStage({ yaml: (github) => yamlWith(github, { quorum: 2 }) })
    const id = await asked()
    const card = stage.card(id)
    share('isPendingExtShared')
    await stage.restart()
    await stage.say('U0SAM', `approve ${id}`)
    await stage.world.until('the card to go', () => /taken away/.test(card.text))
    share('not')
    await stage.restart()
    await stage.say('U0SUE', `approve ${id}`)
    await stage.world.until('the card', () => /Ann is Organisation owner/.test(stage.world.text(card)))
    expect(saidIn(card)).toContain(REASON)
  })

  test('when Slack does not tell whether it is: nothing is said there until it does', async () => {
    stage = await givenStage()
    const id = await asked()
    await stage.restart()
    const { slack, until } = stage.world
    const since = slack.calls.length
    slack.faults.failNext('conversations.info', { kind: 'http500', times: 3 })
    await stage.say('U0SAM', `deny ${id}`)
    await until('the denial', () => /^Denied by/.test(stage.cardText(id)))
    const calls = slack.calls
      .slice(since)
      .filter(({ method, args }) => args['channel'] === 'C0ACCESS' && method !== 'chat.postEphemeral')
    const order = calls.map(({ method, ok }) => `${method} ${ok}`)
    expect(order.slice(0, 4)).toEqual([...Array(3).fill('conversations.info false'), 'conversations.info true'])
    expect(order.length).toBeGreaterThan(4)
  })
})

describe('C18: what comes in from there', () => {
  const EVE = { name: 'Ann', email: 'ann@acme.example', team: 'T0EVIL', isStranger: true }
  const PETE = { name: 'Sam', email: 'sam@acme.example', team: 'T0EVIL' }

  test('a mark in a shared channel decides nothing, whoever made it; its maker is told', async () => {
    stage = await givenStage()
    const id = await asked()
    await stage.world.client.react('U0SAM', stage.card(id), 'white_check_mark', {
      extra: { is_ext_shared_channel: true },
    })
    const told = await stage.world.until('a word', () => stage.world.slack.ephemerals[0])
    expect([told.user, told.text]).toEqual(['U0SAM', 'This channel is shared with another organisation'])
    expect(await stage.events(id)).toEqual(['request_asked'])
  })

  test('people of the other organisation are told nothing, and decide nothing by any way', async () => {
    stage = await givenStage({ people: { ...PEOPLE, U0EVE: EVE, U0PETE: PETE } })
    const id = await asked()
    const { client, slack } = stage.world
    const said: string[] = []
    for (const user of ['U0EVE', 'U0PETE']) {
      for (const line of [
        'mine',
        'pending',
        'roles',
        `show ${id}`,
        `approve ${id}`,
        'request github:org-admin 30m x',
        '',
      ]) {
        said.push((await client.command(user, line, { team: 'T0EVIL' })).text, (await client.command(user, line)).text)
      }
      await client.press(user, stage.card(id), 'Approve')
      await client.press(user, stage.card(id), 'Deny…')
      const event = { extra: { is_ext_shared_channel: false } }
      await client.react(user, stage.card(id), 'white_check_mark', event)
      await client.react(user, stage.card(id), 'x', { ...event, team: 'T0EVIL' })
    }
    await stage.world.until('four answers', () => slack.responses.length >= 4)
    said.push(...slack.responses.map(({ body }) => JSON.stringify(body)), ...slack.ephemerals.map(({ text }) => text))
    expect(said.filter((each) => each !== '').length).toBeGreaterThan(28)
    for (const each of said) expect(each).not.toMatch(/Ann|Sam|Sue|canary|Organisation owner|Asked|counted/)
    expect(slack.views).toEqual([])
    expect(await stage.stateOf(id)).toBe('pending')
    expect((await stage.events(id)).filter((name) => name !== 'request_asked')).toEqual([])
    expect(writesOf(stage.github)).toEqual([])
  })
})
