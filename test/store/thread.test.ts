import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { personIdOf, type RequestId } from '../../src/core/ids.ts'
import type { Role } from '../../src/core/role.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { type EngineName, newStore } from '../support/databases.ts'
import { dueIn } from '../support/due-in.ts'

const id = 'req_thread00' as RequestId
const ann = personIdOf('ann@acme.example')
const line = (text: string) => ({ title: [text], lines: [], buttons: [] })

describe.each<EngineName>(['postgres', 'embedded'])('a thread on %s', (engine) => {
  let store: Store
  beforeAll(async () => {
    store = await newStore(engine)
  })
  afterAll(() => store.close())

  const claim = (inFlight: readonly number[] = []) => store.transact((tx) => tx.messages.claim(9, inFlight))
  const dueInMs = (inFlight: readonly number[] = []) => dueIn(store, 'messages', { inFlight })

  test('is posted from top to bottom; what waits for something on its way is not called due, so that nobody looks in vain', async () => {
    await store.transact(async (tx) => {
      const asked = {
        id,
        requester: ann,
        role: { key: 'github:x', hash: 'h' } as Role,
        reason: '',
        durationSeconds: 60,
      }
      const times = { platform: 'slack', askedAt: tx.now, lapsesAt: tx.now + 60_000 }
      await tx.requests.insert({ ...asked, ...times }, { name: 'request_asked', actor: ann, subject: id })
      const place = { requestId: id, platform: 'slack', audience: 'channel', place: 'C0ACCESS' } as const
      const card = await tx.messages.putCard(place)
      await tx.messages.putLine(card, line('first'))
      await tx.messages.putLine(card, line('second'))
    })
    for (const [n, title] of [undefined, 'first', 'second'].entries()) {
      expect(await dueInMs()).toBe(0)
      const [message, ...more] = await claim()
      if (message === undefined) throw new Error(`nothing was due at ${n}`)
      expect([more, message.content?.title[0]]).toEqual([[], title])
      expect([await claim([message.id]), await dueInMs([message.id])]).toEqual([[], undefined])
      await store.transact((tx) => tx.messages.sent(message, { channel: 'C0ACCESS', message: `1.00000${n}` }, 1))
    }
    expect([await claim(), await dueInMs()]).toEqual([[], undefined])
  })
})
