import { afterEach, beforeEach, expect, test } from 'vitest'
import { cardOf, openStage, type Stage, until } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ isSocket: true })
  await until(() => stage.slack.sockets.count === 2 || undefined)
})
afterEach(async () => {
  expect(stage.slack.problems).toEqual([])
  await stage.close()
})

test('a connection that is renewed while something is answered takes no answer with it: the words come by the response_url', async () => {
  let answer = () => {}
  const isReady = new Promise<void>((resolve) => {
    answer = resolve
  })
  stage.receive = async () => {
    await isReady
    return { kind: 'card', card: cardOf('You hold nothing'), isRefusal: false }
  }
  void stage.client.command('U0ANN', 'mine')
  await until(() => stage.heard[0])
  stage.slack.sockets.recycle()
  stage.slack.sockets.recycle()
  await until(() => stage.slack.sockets.opened >= 4 || undefined)
  answer()
  const response = await until(() => stage.slack.responses[0])
  expect(response.body).toMatchObject({ response_type: 'ephemeral', text: 'You hold nothing' })
  expect(stage.slack.responses).toHaveLength(1)
})

test('an event that could not be taken is not acknowledged, so that Slack brings it again', async () => {
  stage.receive = () => Promise.reject(new Error('the database is down'))
  const message = { channel: 'C0ACCESS', ts: '1795000000.000100', user: 'U0THAND', text: '', blocks: [] }
  const mark = await stage.client.react('U0ANN', { ...message, history: [], reactions: {} }, 'x')
  expect(mark.status).toBe(408)
  expect(stage.slack.sockets.acks).toEqual([])
})

test('a delivery has the id of its event, else of its envelope', async () => {
  await stage.client.command('U0ANN', 'mine')
  await stage.client.say('U0ANN', 'mine', { eventId: 'Ev0ONE' })
  const [command, event] = stage.heard
  expect(command?.deliveryId).toBe(`envelope:${stage.slack.sockets.acks[0]}`)
  expect(event?.deliveryId).toBe('event:Ev0ONE')
  expect(command?.canShowForm).toBe(true)
  expect(event?.canShowForm).toBe(false)
})

test.each([
  ['no body', { type: 'interactive', payload: 'text' }],
  ['an interaction without actions', { type: 'interactive', payload: { type: 'block_actions', actions: [] } }],
])('%s is not acknowledged, and ends nothing', async (_what, envelope) => {
  const { isAcked } = await stage.slack.sockets.deliver('interactive', {}, envelope)
  expect(isAcked).toBe(false)
  expect((await stage.client.command('U0ANN', 'mine')).status).toBe(200)
})
