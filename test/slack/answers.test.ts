import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Card, Form } from '../../src/cards/card.ts'
import type { Answer, Inbound } from '../../src/ports/chat.ts'
import { recordOf, recordsOf } from '../doubles/slack/json.ts'
import { cardsIn } from '../doubles/slack/reading.ts'
import type { SlackMessage } from '../doubles/slack/workspace.ts'
import { cardOf, openStage, type Stage, until } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(async () => {
  expect(stage.slack.problems).toEqual([])
  await stage.close()
})

const answering = (answer: Answer, afterMs = 0) => {
  stage.receive = async () => {
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    return answer
  }
}
const shows = (title: string): Answer => ({ kind: 'card', card: cardOf(title), isRefusal: false })
const denying: Form = {
  id: 'deny',
  title: 'Deny Ann’s request for the owner role',
  submit: 'Deny',
  intro: [['Ann sees the reason']],
  fields: [{ name: 'reason', label: 'Reason', kind: 'long_text', isRequired: false, hint: 'Shown on the card' }],
  about: 'req_7k2mq9xd',
}
const asking: Card = cardOf('Ann asks', {
  buttons: [
    { label: 'Approve', meaning: 'Approve', tone: 'good', press: { kind: 'line', line: 'approve req_7k2mq9xd' } },
    { label: 'Deny…', meaning: 'Deny', tone: 'bad', press: { kind: 'form', form: 'deny req_7k2mq9xd' } },
  ],
})

async function posted(card = asking, channel = 'C0ACCESS'): Promise<SlackMessage> {
  const delivery = await stage.platform.post({ kind: 'channel', channel }, card, { key: 'k' })
  const found = delivery.kind === 'sent' ? stage.slack.message(channel, delivery.message.message) : undefined
  if (!found) throw new Error(JSON.stringify(delivery))
  return found
}

describe('a slash command', () => {
  test('is answered in the body, for the one who typed it', async () => {
    answering(shows('You hold nothing'))
    const delivery = await stage.client.command('U0ANN', 'mine')
    expect(delivery.body).toMatchObject({ response_type: 'ephemeral', text: 'You hold nothing' })
    expect(stage.slack.responses).toEqual([])
  })

  test('is answered with nothing when there is nothing to say', async () => {
    const delivery = await stage.client.command('U0ANN', 'approve req_1')
    expect([delivery.status, delivery.text]).toEqual([200, ''])
  })

  test('that takes long is 200 within 3 s, and its answer follows by the response_url', async () => {
    answering(shows('You hold nothing'), 2700)
    const delivery = await stage.client.command('U0ANN', 'mine')
    expect([delivery.status, delivery.text]).toEqual([200, ''])
    expect(delivery.ms).toBeLessThan(3000)
    const response = await until(() => stage.slack.responses[0])
    expect(response.to).toBe(delivery.responseUrl)
    expect(response.body).toMatchObject({
      response_type: 'ephemeral',
      replace_original: false,
      text: 'You hold nothing',
    })
  })

  test('alone opens the form', async () => {
    answering({ kind: 'form', form: denying })
    const delivery = await stage.client.command('U0ANN', '')
    expect([delivery.status, delivery.text]).toEqual([200, ''])
    expect(stage.heard[0]?.input).toEqual({ kind: 'open_form', form: 'request', message: undefined })
    expect(stage.slack.views[0]).toMatchObject({ user: 'U0ANN', view: { callback_id: 'thand:deny' } })
  })

  test('is told when Slack does not open the form', async () => {
    answering({ kind: 'form', form: denying })
    stage.slack.faults.failNext('views.open', { kind: 'error', error: 'expired_trigger_id' })
    expect((await stage.client.command('U0ANN', '')).text).toContain('did not open the form')
  })

  test('is told within 3 s that the database is down', async () => {
    stage.receive = () => Promise.reject(new Error('ECONNREFUSED 10.0.0.5:5432 password=hunter2'))
    const delivery = await stage.client.command('U0ANN', 'mine')
    expect(delivery.status).toBe(200)
    expect(delivery.ms).toBeLessThan(3000)
    expect(delivery.body).toMatchObject({ response_type: 'ephemeral' })
    expect(delivery.text).toContain('cannot reach its database')
    expect(`${delivery.text}${JSON.stringify(stage.logged)}`).not.toContain('hunter2')
  })
})

describe('a press', () => {
  test('is answered empty, and the words come by the response_url', async () => {
    answering(shows('You approved already'))
    const delivery = await stage.client.press('U0SAM', await posted(), 'Approve')
    expect([delivery.status, delivery.text]).toEqual([200, ''])
    const response = await until(() => stage.slack.responses[0])
    expect(response.body).toMatchObject({ replace_original: false, text: 'You approved already' })
    expect(stage.heard[0]?.input).toMatchObject({ kind: 'press', line: 'approve req_7k2mq9xd', isOurs: true })
  })

  test('in a thread is answered in the thread', async () => {
    answering(shows('You approved already'))
    const root = await posted()
    const ref = { channel: root.channel, message: root.ts }
    const reply = await stage.platform.post({ kind: 'channel', channel: 'C0ACCESS' }, asking, { key: 'r', thread: ref })
    const prompt = reply.kind === 'sent' ? stage.slack.message('C0ACCESS', reply.message.message) : undefined
    if (!prompt) throw new Error('no prompt')
    await stage.client.press('U0SAM', prompt, 'Approve')
    expect((await until(() => stage.slack.responses[0])).body).toMatchObject({ thread_ts: root.ts })
  })

  test('without an address that works is answered by an ephemeral message, else directly', async () => {
    answering(shows('You approved already'))
    const card = await posted()
    await stage.client.press('U0SAM', card, 'Approve', { extra: { response_url: 'nonsense' } })
    expect(await until(() => stage.slack.ephemerals[0])).toMatchObject({ user: 'U0SAM', channel: 'C0ACCESS' })
    stage.slack.faults.failNext('chat.postEphemeral', { kind: 'error', error: 'user_not_in_channel' })
    await stage.client.press('U0SAM', card, 'Approve', { extra: { response_url: undefined } })
    expect(await until(() => cardsIn(stage.slack, 'D0SAM')[0])).toMatchObject({ text: 'You approved already' })
  })

  test('of Deny… opens the form, filled with what it is about and nothing else', async () => {
    answering({ kind: 'form', form: denying })
    await stage.client.press('U0SAM', await posted(), 'Deny…')
    const { view } = await until(() => stage.slack.views[0])
    expect(view).toMatchObject({ callback_id: 'thand:deny', private_metadata: 'req_7k2mq9xd' })
    expect(stage.heard[0]?.input).toMatchObject({ kind: 'open_form', form: 'deny req_7k2mq9xd' })
    expect(String(recordOf(view['title'])['text'])).toHaveLength(24)
  })

  test('is told within 3 s that the database is down', async () => {
    stage.receive = () => Promise.reject(new Error('down'))
    const delivery = await stage.client.press('U0SAM', await posted(), 'Approve')
    expect([delivery.status, delivery.ms < 2500]).toEqual([200, true])
    expect(JSON.stringify(await until(() => stage.slack.responses[0]))).toContain('cannot reach its database')
  })
})

describe('a submitted form', () => {
  const submit = async (answer: Answer | (() => Promise<Answer>), afterMs = 0) => {
    answering({ kind: 'form', form: denying })
    await stage.client.command('U0SAM', '')
    const view = await until(() => stage.slack.views[0])
    if (typeof answer === 'function') stage.receive = answer
    else answering(answer, afterMs)
    const delivery = await stage.client.submitView('U0SAM', view, { reason: 'not <now>' })
    return { delivery, view, heard: stage.heard.at(-1) as Inbound }
  }

  test('brings its values, and closes when there is nothing to say', async () => {
    const { delivery, heard } = await submit({ kind: 'nothing' })
    expect([delivery.status, delivery.text]).toEqual([200, ''])
    expect(heard.input).toEqual({
      kind: 'form',
      form: 'deny',
      about: 'req_7k2mq9xd',
      values: { reason: 'not <now>' },
    })
  })

  test('shows what is wrong at the field', async () => {
    const { delivery } = await submit({ kind: 'field_errors', errors: [{ field: 'reason', message: 'Too short' }] })
    expect(delivery.body).toEqual({ response_action: 'errors', errors: { reason: 'Too short' } })
  })

  test('shows the answer, or the next form, in its place', async () => {
    const { view } = await submit(shows('Denied'))
    expect(JSON.stringify(recordsOf(view.view['blocks']))).toContain('Denied')
  })

  test('opens the next form in its place', async () => {
    const next = await submit({ kind: 'form', form: { ...denying, title: 'Why?' } })
    expect(next.delivery.body).toMatchObject({ response_action: 'update', view: { title: { text: 'Why?' } } })
  })

  test('keeps what was typed when the database is down', async () => {
    const { delivery } = await submit(() => Promise.reject(new Error('down')))
    expect(delivery.status).toBe(200)
    expect(delivery.body).toMatchObject({ response_action: 'errors' })
    expect(delivery.text).toContain('cannot reach its database')
  })

  test('that takes long is closed, and answered directly', async () => {
    const { delivery } = await submit(shows('Denied'), 2700)
    expect([delivery.status, delivery.text]).toEqual([200, ''])
    expect(await until(() => cardsIn(stage.slack, 'D0SAM')[0])).toMatchObject({ text: 'Denied' })
  })
})

describe('a reaction', () => {
  test('that is refused tells the one who reacted', async () => {
    answering(shows('You may not decide this'))
    const delivery = await stage.client.react('U0SAM', await posted(), 'white_check_mark::skin-tone-3')
    expect([delivery.status, delivery.text]).toEqual([200, ''])
    expect(await until(() => stage.slack.ephemerals[0])).toMatchObject({
      user: 'U0SAM',
      text: 'You may not decide this',
    })
    expect(stage.heard[0]?.input).toMatchObject({ kind: 'reaction', vote: 'yes', isAdded: true })
  })

  test('is brought again by Slack when the database is down, or when it takes long', async () => {
    const card = await posted()
    stage.receive = () => Promise.reject(new Error('down'))
    expect((await stage.client.react('U0SAM', card, 'x')).status).toBe(503)
    answering({ kind: 'nothing' }, 2700)
    expect((await stage.client.react('U0SAM', card, 'x')).status).toBe(503)
  })

  test('on the message of somebody else, or by ourselves, is heard by nobody', async () => {
    const card = await posted()
    await stage.client.react('U0SAM', { ...card, user: 'U0EVIL' }, 'x')
    await stage.client.react(stage.slack.botUser, card, 'x')
    expect(stage.heard).toEqual([])
  })
})

test('Slack may come later than we do: a command does not wait for it, a reaction is brought again', async () => {
  const card = await posted()
  await stage.close()
  stage = await openStage({ isSlackDown: true })
  answering(shows('You hold nothing'))
  expect((await stage.client.command('U0ANN', 'mine')).text).toContain('You hold nothing')
  expect((await stage.client.react('U0SAM', card, 'x')).status).toBe(503)
  stage.slack.faults.down = false
  await new Promise((resolve) => setTimeout(resolve, 1100))
  expect((await stage.client.react('U0SAM', card, 'x')).status).toBe(200)
  expect(stage.heard.map(({ input }) => input.kind)).toEqual(['line', 'reaction'])
})
