import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RenewedCredential } from '../../src/agent/renewed-credential.ts'
import { unreachable } from '../../src/agent/trouble.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Credential } from '../../src/wire/credential.ts'

const HOUR_MS = 3_600_000
const START = Date.parse('2026-11-29T12:00:00Z')
beforeEach(() => vi.useFakeTimers({ now: START }))
afterEach(() => vi.useRealTimers())

const given = (number: number, untilMs: number): Credential => ({
  id: 'req_7k2mq9xd',
  number,
  expires_at: new Date(untilMs).toISOString(),
  environment: {},
})

/** Each lasts an hour, but none longer than the access. */
function world({ accessMs = 3 * HOUR_MS }: { readonly accessMs?: number } = {}) {
  const pulls: number[] = []
  const failures: string[] = []
  const state = { accessUntil: START + accessMs, isAway: false, waits: Promise.resolve() }
  const next = () => given(pulls.length + 1, Math.min(Date.now() + HOUR_MS, state.accessUntil))
  const pull = async (): Promise<Result<Credential, ReturnType<typeof unreachable>>> => {
    pulls.push(Date.now())
    await state.waits
    return state.isAway ? fail(unreachable('thand', 'away')) : ok(next())
  }
  const onFailure = ({ code }: { readonly code: string }) => failures.push(code)
  const renewed = new RenewedCredential(next(), { pull, accessUntilMs: () => state.accessUntil, onFailure })
  return { state, pulls, failures, renewed }
}

const numberOf = async (renewed: RenewedCredential) => (await renewed.current())?.number
const minutesOf = (pulls: readonly number[]) => pulls.map((at) => Math.round((at - START) / 60_000))

test('one after the other, each a little before the end of the last; the last one of an access is not renewed', async () => {
  const { renewed, pulls } = world()
  await vi.advanceTimersByTimeAsync(HOUR_MS - 7 * 60_000)
  expect(await numberOf(renewed)).toBe(1)
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  expect(await numberOf(renewed)).toBe(2)
  await vi.advanceTimersByTimeAsync(2 * HOUR_MS)
  expect(minutesOf(pulls)).toEqual([54, 108, 162])
  await vi.advanceTimersByTimeAsync(HOUR_MS)
  expect(pulls.length).toBe(3)
  expect([await renewed.current(), await renewed.stop()]).toEqual([undefined, []])
})

test('one pull at a time, however many ask; the old one is given meanwhile', async () => {
  const { renewed, pulls, state } = world()
  let arrive = () => {}
  state.waits = new Promise((resolve) => {
    arrive = resolve
  })
  await vi.advanceTimersByTimeAsync(HOUR_MS - 3 * 60_000)
  expect(await Promise.all([1, 2, 3].map(() => numberOf(renewed)))).toEqual([1, 1, 1])
  expect(pulls.length).toBe(1)
  arrive()
  await vi.advanceTimersByTimeAsync(0)
  expect(await numberOf(renewed)).toBe(2)
  expect((await renewed.stop()).map(({ number }) => number)).toEqual([1, 2])
})

test('while the server is away the old one is given until its end, it is tried again and said once', async () => {
  const { renewed, pulls, failures, state } = world()
  state.isAway = true
  await vi.advanceTimersByTimeAsync(HOUR_MS - 60_000)
  expect(await numberOf(renewed)).toBe(1)
  expect(pulls.length).toBeGreaterThan(30)
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  expect(await renewed.current()).toBeUndefined()
  expect(failures).toEqual(['server_unreachable'])
  state.isAway = false
  await vi.advanceTimersByTimeAsync(6_000)
  expect((await renewed.current())?.number).toBeGreaterThan(1)
  await renewed.stop()
})

test('after a sleep of the machine whoever asks waits for the new one', async () => {
  const { renewed } = world()
  vi.setSystemTime(START + 2 * HOUR_MS)
  expect(await numberOf(renewed)).toBe(2)
  await renewed.stop()
})

test('an extension of the access is followed', async () => {
  const { renewed, pulls, state } = world({ accessMs: HOUR_MS })
  await vi.advanceTimersByTimeAsync(HOUR_MS - 60_000)
  expect(pulls).toEqual([])
  state.accessUntil += HOUR_MS
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await numberOf(renewed)).toBe(2)
  await renewed.stop()
})
