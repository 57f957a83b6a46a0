import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HeardPlace } from '../../src/ports/store/places.ts'
import type { Store, Tx } from '../../src/ports/store/store.ts'
import { type EngineName, newStore } from '../support/databases.ts'

const OF = { platform: 'teams', tenant: 't' } as const
const nothing = { conversation: undefined, member: undefined, seenIn: undefined, isSharedOutside: undefined }
const channel = (place: string, more: Partial<HeardPlace> = {}): HeardPlace => ({
  ...{ ...OF, place, kind: 'channel', serviceUrl: 'https://one.example/', ...nothing },
  ...more,
})

describe.each<EngineName>(['postgres', 'embedded'])('places on %s', (engine) => {
  let store: Store
  beforeAll(async () => {
    store = await newStore(engine)
  })
  afterAll(() => store.close())
  const on = <T>(work: (places: Tx['places']) => Promise<T>) => store.transact((tx) => work(tx.places))

  test('what is said takes the place of what was known, and what is not said is kept', async () => {
    const ann = { ...channel('ann'), kind: 'account', conversation: 'a:1', member: '29:1', seenIn: '19:a' } as const
    await on((places) => places.remember(ann))
    await on((places) =>
      places.remember({ ...ann, conversation: undefined, seenIn: '19:b', serviceUrl: 'https://two.example/' }),
    )
    const found = await on((places) => places.find({ ...OF, place: 'ann' }))
    expect(found).toEqual({ ...ann, seenIn: '19:b', serviceUrl: 'https://two.example/' })
    expect(await on((places) => places.findByConversation(OF, 'a:1'))).toEqual(found)
    expect(await on((places) => places.find({ ...OF, tenant: 'other', place: 'ann' }))).toBeUndefined()
  })

  test('a channel that was called shared stays so until it is called something else', async () => {
    const shared = async () => (await on((places) => places.find({ ...OF, place: '19:s' })))?.isSharedOutside
    const said = [true, undefined, false, undefined]
    const held = []
    for (const isSharedOutside of said) {
      await on((places) => places.remember(channel('19:s', { isSharedOutside })))
      held.push(await shared())
    }
    expect(held).toEqual([true, true, false, false])
  })

  test('the channels heard last come first, and accounts are none of them', async () => {
    for (const place of ['19:1', '19:2', '19:1']) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      await on((places) => places.remember(channel(place)))
    }
    expect((await on((places) => places.channels(OF, 2))).map(({ place }) => place)).toEqual(['19:1', '19:2'])
    expect((await on((places) => places.latest(OF)))?.place).toBe('19:1')
    expect(await on((places) => places.latest({ platform: 'slack', tenant: 't' }))).toBeUndefined()
  })
})
