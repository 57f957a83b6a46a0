import { expect, test } from 'vitest'
import { InstanceHealth } from '../../src/sweeper/instance-health.ts'

test('a provider that fails for all is probed by one, later and later; when it answers, all go on', () => {
  let now = 0
  const health = new InstanceHealth(
    () => now,
    () => 0.5,
  )
  for (const slot of [1, 2]) health.failed('github', slot, undefined)
  expect(health.capacity('github', 16)).toBe(16)
  health.failed('github', 3, undefined)
  expect(health.capacity('github', 16)).toBe(0)
  now += 250
  expect(health.capacity('github', 16)).toBe(1)
  health.failed('github', 1, undefined)
  expect(health.probeInMs('github')).toBe(500)
  expect(health.capacity('other', 16)).toBe(16)
  expect(health.answered('github')).toBe(true)
  expect(health.capacity('github', 16)).toBe(16)
})

test('one slot that keeps failing slows down nobody else', () => {
  const health = new InstanceHealth(
    () => 0,
    () => 0.5,
  )
  for (let n = 0; n < 50; n++) health.failed('github', 7, undefined)
  expect(health.capacity('github', 16)).toBe(16)
  expect(health.answered('github')).toBe(false)
})

test('a Retry-After holds the probe back', () => {
  const health = new InstanceHealth(
    () => 0,
    () => 0.5,
  )
  for (const slot of [1, 2, 3]) health.failed('github', slot, 60)
  expect(health.probeInMs('github')).toBe(60_000)
})
