import { expect, test } from 'vitest'
import { Bulkheads } from '../../src/sweeper/bulkheads.ts'

const GITHUB = { instance: 'github', mostAtOnce: 16 }

/** Where more is due than there is room for: what is claimed is worked on until it is told that it has ended. */
function given(mostAtOnce = 20) {
  const bulkheads = new Bulkheads(
    () => [{ instance: 'aws', mostAtOnce }, GITHUB],
    () => 0.5,
  )
  let last = 0
  const ends: (() => void)[] = []
  const roomOf = (instance: string) =>
    bulkheads.shares().find(({ instances }) => 'only' in instances && instances.only === instance)?.limit ?? 0
  const fill = (instance: string) => {
    for (let room = roomOf(instance); room > 0; room--) {
      bulkheads.inFlight.run(++last, instance, () => new Promise((end) => ends.push(end)))
    }
  }
  const endAll = async () => {
    for (const end of ends.splice(0)) end()
    await bulkheads.inFlight.settled()
  }
  const answer = (instance: string, times: number) => {
    for (let n = 0; n < times; n++) {
      fill(instance)
      bulkheads.answered(instance)
    }
  }
  return { bulkheads, roomOf, fill, endAll, answer }
}

test('a provider that answers while more waits is asked more at once, up to what it allows', async () => {
  const { roomOf, answer, endAll } = given()
  expect([roomOf('aws'), roomOf('github')]).toEqual([16, 16])
  answer('aws', 3)
  answer('github', 3)
  await endAll()
  expect([roomOf('aws'), roomOf('github')]).toEqual([19, 16])
  answer('aws', 9)
  await endAll()
  expect(roomOf('aws')).toBe(20)
})

test('answers while nothing waits widen nothing', () => {
  const { bulkheads, roomOf } = given()
  for (let n = 0; n < 9; n++) bulkheads.answered('aws')
  expect(roomOf('aws')).toBe(16)
})

test('after a failure it is asked half as much, never less than at first', async () => {
  const { bulkheads, roomOf, answer, endAll } = given(64)
  answer('aws', 50)
  await endAll()
  expect(roomOf('aws')).toBe(64)
  bulkheads.failed('aws', 1, undefined)
  expect(roomOf('aws')).toBe(32)
  for (let n = 0; n < 9; n++) bulkheads.failed('aws', 1, undefined)
  expect(roomOf('aws')).toBe(16)
})
