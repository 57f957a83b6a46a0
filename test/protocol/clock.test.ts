import { expect, test } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import { afterRead } from '../../src/core/protocol/after-read.ts'
import type { GrantFacts, OpenAttempt, SlotFacts } from '../../src/core/protocol/facts.ts'
import { LEVELS } from './database.ts'

const ID = 'req_00000000' as RequestId

function granting(attempts: OpenAttempt[]): { facts: SlotFacts; grant: GrantFacts } {
  const clock = { beganAt: 1000, startedAt: 1000, expiresAt: 61_000 }
  const grant: GrantFacts = {
    id: ID,
    state: 'granting',
    durationSeconds: 60,
    ...clock,
    elsewhere: [],
    hasCredentials: false,
  }
  const facts: SlotFacts = {
    ...{ levels: LEVELS, prior: 'absent', priorIsInvitation: false, seen: 'absent', touchedUntil: undefined },
    holdings: [{ grant: ID, level: 'member', state: 'open', isReached: false, mayHave: true, givenUntil: undefined }],
    ...{ grants: new Map([[ID, grant]]), attempts, readLagMs: 0, endsItself: false },
  }
  return { facts, grant }
}

const ABSENT = { level: 'absent', isInvitation: false } as const

test('a try that gave nothing for certain costs nobody any time: the clock starts anew', () => {
  const { facts, grant } = granting([])
  expect(afterRead(facts, { at: 20_000, ...ABSENT }, 20_000).write).toMatchObject({ direction: 'raise' })
  expect(grant).toMatchObject({ startedAt: 20_000, expiresAt: 80_000 })
})

test('while an earlier try may still give it the clock does not slide', () => {
  const { facts, grant } = granting([{ id: 1, direction: 'raise', level: 'member', landsBefore: 25_000 }])
  afterRead(facts, { at: 20_000, ...ABSENT }, 20_000)
  expect(grant).toMatchObject({ startedAt: 1000, expiresAt: 61_000 })
})

test('what is there already is not written', () => {
  const { facts, grant } = granting([])
  const there = { at: 20_000, level: 'member', isInvitation: false }
  expect(afterRead(facts, there, 20_000).write).toBeUndefined()
  expect(grant.state).toBe('active')
})
