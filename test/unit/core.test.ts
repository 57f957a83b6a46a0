import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../src/core/duration.ts'
import { GRANT_MOVES, type GrantState, mayMoveGrant } from '../../src/core/grant-state.ts'
import { mayMoveRequest, REQUEST_MOVES, type RequestState } from '../../src/core/request-state.ts'
import { Secret } from '../../src/core/secret.ts'

describe('durations', () => {
  test.each([
    ['30m', 1800],
    ['2h30m', 9000],
    ['90s', 90],
    ['1d', 86_400],
    ['PT1H30M', 5400],
    ['P1DT1S', 86_401],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: seconds })
  })

  test.each(['', '0', '0m', '-5m', '1.5h', '1e9', '30', 'm', '３０m', '1h 30m', 'P', 'PT', '30M', '9999999h'])(
    '%s is refused',
    (text) => expect(parseDuration(text).ok).toBe(false),
  )

  test('a duration longer than a year is refused, not shortened', () => {
    expect(parseDuration('999999d')).toEqual({ ok: false, error: { code: 'duration_too_long' } })
  })

  test('what is written is read back as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 366 * 86_400 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toEqual({ ok: true, value: seconds })
      }),
    )
  })
})

describe('states', () => {
  test('a decided request moves nowhere', () => {
    const states = Object.keys(REQUEST_MOVES) as RequestState[]
    for (const from of states.filter((s) => s !== 'pending'))
      for (const to of states) expect(mayMoveRequest(from, to)).toBe(false)
    expect(mayMoveRequest('pending', 'lapsed')).toBe(true)
  })

  test('a grant that may have given something ends only through revoking', () => {
    const states = Object.keys(GRANT_MOVES) as GrantState[]
    const before = states.filter((from) => mayMoveGrant(from, 'revoked'))
    expect(before).toEqual(['planned', 'revoking'])
    expect(states.filter((to) => mayMoveGrant('revoked', to))).toEqual([])
  })
})

test('a secret shows itself in no log format', () => {
  const secret = new Secret('hunter2')
  for (const seen of [String(secret), JSON.stringify({ secret }), inspect({ secret }), `${secret}`])
    expect(seen).not.toContain('hunter2')
  expect(secret.reveal()).toBe('hunter2')
})
