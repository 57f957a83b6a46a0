import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Delivery } from '../../src/ports/chat.ts'
import { cardsIn, threadOf } from '../doubles/slack/reading.ts'
import { cardOf, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({
    workspace: {
      channels: {
        C0SHARED: { isExtShared: true },
        C0SOON: { isPendingExtShared: true },
        C0CLOSED: { isMember: false },
      },
    },
  })
})
afterEach(async () => {
  expect(stage.slack.problems).toEqual([])
  expect(stage.slack.tooFast).toEqual([])
  await stage.close()
})

const to = (channel: string) => ({ kind: 'channel', channel }) as const
const post = (channel = 'C0ACCESS', title = 'Ann asks') =>
  stage.platform.post(to(channel), cardOf(title), { key: 'the key' })
const refOf = (delivery: Delivery) => {
  if (delivery.kind !== 'sent') throw new Error(JSON.stringify(delivery))
  return delivery.message
}

describe('a post', () => {
  test('stands in the channel with its key, and its replies in its thread without', async () => {
    const root = refOf(await post())
    await stage.platform.post(to('C0ACCESS'), cardOf('Sam approved'), { key: 'reply', thread: root })
    const [card] = cardsIn(stage.slack, 'C0ACCESS')
    expect(card).toMatchObject({
      text: 'Ann asks',
      metadata: { event_type: 'thand_request', event_payload: { key: 'the key' } },
    })
    const [reply] = card ? threadOf(stage.slack, card) : []
    expect(reply?.text).toBe('Sam approved')
    expect(reply?.metadata).toBeUndefined()
  })

  test('to a person goes to the conversation with them, and comes back as its message', async () => {
    const direct = { kind: 'direct', account: 'U0ANN' } as const
    const root = refOf(await stage.platform.post(direct, cardOf('Approved'), { key: 'k' }))
    expect(root.channel).toBe('D0ANN')
    expect((await stage.platform.replace(root, cardOf('Ended'))).kind).toBe('sent')
    const reply = await stage.platform.post(direct, cardOf('In thread'), { key: 'k2', thread: root })
    expect(refOf(reply).channel).toBe('D0ANN')
  })

  test('to a person whom Slack does not know is unreachable', async () => {
    const delivery = await stage.platform.post({ kind: 'direct', account: 'U0NONE' }, cardOf('x'), { key: 'k' })
    expect(delivery).toEqual({ kind: 'unreachable', why: 'user_not_found' })
  })

  test('comes once a second in one channel, and at once in another', async () => {
    const started = performance.now()
    await Promise.all([post('C0ONE'), post('C0TWO'), post('C0ONE'), post('C0TWO')])
    expect(performance.now() - started).toBeGreaterThan(990)
    expect(performance.now() - started).toBeLessThan(2_900)
  })

  test('that would wait long is sent back', async () => {
    const all = Array.from({ length: 8 }, () => post('C0BUSY'))
    expect(await all.at(-1)).toEqual({ kind: 'slow_down', seconds: 6 })
    await stage.platform.stop()
    expect((await Promise.all(all)).map(({ kind }) => kind)).toContain('slow_down')
  })
})

describe('C18: where another organisation reads along, or soon will, nothing is posted', () => {
  test.each(['C0SHARED', 'C0SOON'])('%s', async (channel) => {
    expect(await post(channel)).toEqual({ kind: 'unreachable', why: 'shared_outside' })
    const root = { channel, message: '1.1' }
    const reply = await stage.platform.post(to(channel), cardOf('x'), { key: 'k', thread: root })
    expect(reply).toEqual({ kind: 'unreachable', why: 'shared_outside' })
    expect(stage.slack.messages.size).toBe(0)
  })

  test('nor where Slack does not tell', async () => {
    stage.slack.faults.failNext('conversations.info', { kind: 'http500' })
    expect((await post()).kind).toBe('unknown')
    expect(stage.slack.messages.size).toBe(0)
    expect((await post()).kind).toBe('sent')
  })

  test('a private channel without us is one that we are not in', async () => {
    stage.slack.faults.failNext('conversations.info', { kind: 'error', error: 'channel_not_found' })
    expect(await post('G0PRIVATE')).toEqual({ kind: 'unreachable', why: 'not_in_channel' })
  })

  test('an app that may not look is not told to be invited', async () => {
    stage.slack.faults.failNext('conversations.info', { kind: 'error', error: 'missing_scope' })
    expect(await post('G0PRIVATE')).toEqual({ kind: 'unreachable', why: 'missing_scope' })
  })

  test('Slack is asked again after ten seconds', async () => {
    await stage.close()
    let now = Date.now()
    stage = await openStage({ clock: () => now })
    await post()
    stage.slack.channels['C0ACCESS'] = { name: 'access', isMember: true, isExtShared: true, isPendingExtShared: false }
    now += 10_001
    expect(await post()).toEqual({ kind: 'unreachable', why: 'shared_outside' })
  })
})

describe('when Slack does not take it', () => {
  test('a channel without us', async () => {
    expect(await post('C0CLOSED')).toEqual({ kind: 'unreachable', why: 'not_in_channel' })
  })

  test.each([
    [
      { kind: 'rate_limited', retryAfterSeconds: 7 },
      { kind: 'slow_down', seconds: 7 },
    ],
    [{ kind: 'reset_after' }, { kind: 'unknown', why: 'connection_failed' }],
    [{ kind: 'reset_before' }, { kind: 'unknown', why: 'connection_failed' }],
    [{ kind: 'http500' }, { kind: 'unknown', why: 'http_500' }],
    [
      { kind: 'error', error: 'internal_error' },
      { kind: 'unknown', why: 'internal_error' },
    ],
    [
      { kind: 'error', error: 'is_archived' },
      { kind: 'unreachable', why: 'is_archived' },
    ],
    [
      { kind: 'error', error: 'invalid_auth' },
      { kind: 'unreachable', why: 'invalid_auth' },
    ],
    [
      { kind: 'error', error: 'restricted_action' },
      { kind: 'unreachable', why: 'restricted_action' },
    ],
  ] as const)('%o is %o, and it is sent once', async (fault, expected) => {
    stage.slack.faults.failNext('chat.postMessage', fault)
    expect(await post()).toEqual(expected)
    expect(stage.slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1)
  })

  test('the channel rests as long as Slack said', async () => {
    stage.slack.faults.failNext('chat.postMessage', { kind: 'rate_limited', retryAfterSeconds: 9 })
    await post()
    expect(await post()).toMatchObject({ kind: 'slow_down' })
    expect((await post('C0OTHER')).kind).toBe('sent')
  })
})

describe('a replacement', () => {
  test('is safe to repeat, and not paced', async () => {
    const root = refOf(await post())
    const started = performance.now()
    for (const title of ['Granted', 'Granted', 'Ended'])
      expect(await stage.platform.replace(root, cardOf(title))).toEqual({ kind: 'sent', message: root })
    expect(performance.now() - started).toBeLessThan(2_900)
    expect(cardsIn(stage.slack, 'C0ACCESS').map(({ text }) => text)).toEqual(['Ended'])
  })

  test('of a message that somebody deleted says so', async () => {
    const gone = { channel: 'C0ACCESS', message: '1.000100' }
    expect(await stage.platform.replace(gone, cardOf('x'))).toEqual({ kind: 'gone' })
  })
})
