import { expect, test } from 'vitest'
import { LatestClock } from '../../providers/aws/latest-clock.ts'

test('AWS’s time is believed for ten seconds, as it was told and never as more', () => {
  const ours = { now: 1000 }
  const clock = new LatestClock(() => ours.now)
  expect(clock.isPast(0)).toBe(false)
  clock.hear(50_000)
  expect([50_000, 50_001].map((at) => clock.isPast(at))).toEqual([true, false])
  ours.now += 10_000
  expect([50_000, 50_001].map((at) => clock.isPast(at))).toEqual([true, false])
  ours.now += 1
  expect(clock.isPast(50_000)).toBe(false)
})
