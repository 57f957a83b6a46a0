import { expect, test } from 'vitest'
import { requestIdFrom } from '../../src/core/ids.ts'
import type { SlotFacts } from '../../src/core/protocol/facts.ts'
import { nextTry } from '../../src/sweeper/next-try.ts'

const NOW = 100_000
const GRANT = requestIdFrom(new Uint8Array(5))

/** A membership that ends, taken away just now, where reads lag by ten seconds. */
function facts(attempts: SlotFacts['attempts'] = []): SlotFacts {
  const clock = { durationSeconds: 60, beganAt: 0, startedAt: 0, expiresAt: 60_000 }
  const grant = { id: GRANT, state: 'revoking' as const, ...clock, elsewhere: [], hasCredentials: false }
  const holding = { grant: GRANT, level: 'member', isReached: true, mayHave: true, givenUntil: undefined }
  return {
    levels: ['absent', 'member'],
    ...{ prior: 'absent', priorIsInvitation: false, seen: 'member', touchedUntil: NOW, attempts },
    holdings: [{ ...holding, state: 'open' }],
    grants: new Map([[GRANT, grant]]),
    ...{ readLagMs: 10_000, endsItself: false },
  }
}

const lower = { id: 1, direction: 'lower', level: 'absent', landsBefore: NOW + 10_000 } as const
const next = (after: SlotFacts, level: string | undefined) =>
  nextTry({ before: facts(), after, level, tries: 0, fault: undefined, nowMs: NOW, random: 0.5 }).atMs

test('what is seen to be gone is looked at once more when a read is believed, and not before', () => {
  expect(next(facts([lower]), 'absent')).toBe(NOW + 10_001)
})

test.each([
  ['it is still shown', facts([lower]), 'member'],
  ['nothing was read', facts([lower]), undefined],
  [
    'a raise of ours may land meanwhile',
    facts([lower, { ...lower, id: 2, direction: 'raise', level: 'member' }]),
    'absent',
  ],
  ['the lowering has no known last moment', facts([{ ...lower, landsBefore: Number.POSITIVE_INFINITY }]), 'absent'],
  ['reads do not lag', { ...facts([lower]), readLagMs: 0 }, 'absent'],
] as const)('it is looked at sooner where %s', (_why, after, level) => {
  expect(next(after, level)).toBeLessThan(NOW + 10_000)
})
