import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRequestId, type RequestId, requestIdFrom } from '../../src/core/ids.ts'
import { type Levels, priorAfter, rankOf, wantedLevel } from '../../src/core/level.ts'
import type { GrantFacts, SlotFacts } from '../../src/core/protocol/facts.ts'
import { conclude } from '../../src/core/protocol/learn.ts'
import { retryDelayMs } from '../../src/core/retry.ts'

const LEVELS: Levels = ['absent', 'member', 'admin']
const level = fc.constantFrom(...LEVELS)

test('every id that is made is read back, however it is typed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), (bytes) => {
      const id = requestIdFrom(bytes)
      expect(parseRequestId(id.toUpperCase())).toEqual({ ok: true, value: id })
    }),
  )
  expect(parseRequestId('req_O1lI0000')).toEqual({ ok: true, value: 'req_01110000' })
  for (const odd of ['', 'req_', 'req_1234567', 'req_123456789', 'req_uuuuuuuu', '__proto__'])
    expect(parseRequestId(odd).ok).toBe(false)
})

test('a revoke is tried for ever, at most 30 s apart, and a Retry-After is honoured to 5 minutes', () => {
  expect(retryDelayMs(0, 0.5)).toBe(250)
  expect(retryDelayMs(1, 0.5)).toBe(500)
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, random) => {
      const delay = retryDelayMs(n, random)
      expect(delay).toBeGreaterThanOrEqual(200)
      expect(delay).toBeLessThanOrEqual(30_000)
    }),
  )
  expect(retryDelayMs(0, 0.5, 60)).toBe(60_000)
  expect(retryDelayMs(0, 0.5, 86_400)).toBe(300_000)
})

test('what is wanted is never below what was there before', () => {
  fc.assert(
    fc.property(level, fc.array(level), (prior, live) => {
      expect(rankOf(LEVELS, wantedLevel(LEVELS, prior, live))).toBeGreaterThanOrEqual(rankOf(LEVELS, prior))
    }),
  )
  expect(wantedLevel(LEVELS, 'member', [])).toBe('member')
  expect(wantedLevel(LEVELS, 'absent', ['member', 'admin'])).toBe('admin')
})

test.each([
  ['what we set ourselves moves nothing', 'member', 'admin', ['member', 'admin'], 'member'],
  ['raised above ours: theirs, and stays', 'absent', 'admin', ['absent', 'member'], 'admin'],
  ['lowered below what was there: stays lowered', 'member', 'absent', ['member', 'admin'], 'absent'],
  ['a temporary owner who demotes himself gains nothing lasting', 'absent', 'member', ['admin'], 'absent'],
])('%s', (_what, prior, seen, explainedBy, after) => {
  expect(priorAfter(LEVELS, prior, { level: seen, explainedBy })).toBe(after)
})

test('a level that nobody knows concludes nothing', () => {
  expect(() => rankOf(LEVELS, 'owner')).toThrow(/unknown level/)
})

test.each([
  [false, 'revoked'],
  [true, 'revoking'],
])(
  'a slot that is back ends its grant, unless a credential may still work (%s): then the grant is %s',
  (hasCredentials, state) => {
    const id = parsedId('req_00000000')
    const grant: GrantFacts = {
      ...{ id, state: 'revoking', durationSeconds: 60, beganAt: 0, startedAt: 0, expiresAt: 60_000 },
      ...{ elsewhere: [], hasCredentials },
    }
    const facts: SlotFacts = {
      ...{ levels: LEVELS, prior: 'absent', priorIsInvitation: false, seen: 'absent', touchedUntil: undefined },
      holdings: [{ grant: id, level: 'member', state: 'open', isReached: true, mayHave: true, givenUntil: undefined }],
      ...{ grants: new Map([[id, grant]]), attempts: [], readLagMs: 0, endsItself: false },
    }
    conclude(facts, { at: 70_000, level: 'absent', isInvitation: false })
    expect([facts.holdings[0]?.state, grant.state]).toEqual(['closed', state])
  },
)

function parsedId(text: string): RequestId {
  const parsed = parseRequestId(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}
