import { describe, expect, test } from 'vitest'
import { requestIdFrom } from '../../src/core/ids.ts'
import { afterRead } from '../../src/core/protocol/after-read.ts'
import { afterWrite, type Sent } from '../../src/core/protocol/after-write.ts'
import type { GrantFacts, Holding, OpenAttempt, SlotFacts } from '../../src/core/protocol/facts.ts'

const ID = requestIdFrom(new Uint8Array(5))
const START = 1_000_000
const MINUTE = 60_000
const END = START + 30 * MINUTE
const LATER = END + 10 * MINUTE
const NOW = START + MINUTE

interface Given {
  readonly grant?: Partial<GrantFacts>
  readonly holding?: Partial<Holding>
  readonly slot?: Partial<SlotFacts>
}

/** An active grant on a slot of its own, whose provider was told the end. */
function given({ grant = {}, holding = {}, slot = {} }: Given = {}): SlotFacts {
  const told = { state: 'open', isReached: true, mayHave: true, givenUntil: END } as const
  const active: GrantFacts = {
    ...{ id: ID, state: 'active', durationSeconds: 1800, beganAt: START, startedAt: START, expiresAt: END },
    ...{ elsewhere: [], hasCredentials: false },
    ...grant,
  }
  return {
    ...{ levels: ['absent', 'attached'], prior: 'absent', priorIsInvitation: false, seen: 'attached' },
    ...{ touchedUntil: START, attempts: [], readLagMs: 0, endsItself: true },
    holdings: [{ grant: ID, level: 'attached', ...told, ...holding }],
    grants: new Map([[ID, active]]),
    ...slot,
  }
}

const extended = { grant: { expiresAt: LATER } }
const planned = (facts: SlotFacts, level = 'attached', at = NOW) =>
  afterRead(facts, { at, level, isInvitation: false }, at).write
const AGAIN = { direction: 'raise', level: 'attached', grant: ID }
const attempt = (more: Partial<OpenAttempt>): OpenAttempt => ({
  ...{ id: 1, direction: 'raise', level: 'attached', landsBefore: NOW + MINUTE },
  ...more,
})

/** The intent of what was planned is stored, it is sent, and this is what came of it. */
function send(facts: SlotFacts, outcome: Sent['outcome'], at = NOW): void {
  facts.attempts = [...facts.attempts, attempt({ id: 7, landsBefore: Number.POSITIVE_INFINITY })]
  const told = { grant: ID, endsAt: LATER }
  const sent = { attempt: 7, level: 'attached', outcome, answeredAt: at, landsBefore: at + 15_000, told }
  afterWrite(facts, sent, { at, level: 'attached', isInvitation: false }, at)
}

describe('an end that moved, on a slot that ends by itself', () => {
  test('while it is where the provider was told, nothing is written', () => {
    expect(planned(given())).toBeUndefined()
  })

  test('moved out, it is told once', () => {
    const facts = given(extended)
    expect(planned(facts)).toEqual(AGAIN)
    send(facts, 'done')
    expect([facts.holdings[0]?.givenUntil, facts.attempts]).toEqual([LATER, []])
    expect(planned(facts, 'attached', NOW + 1)).toBeUndefined()
  })

  test('an end of which the provider never answered is told', () => {
    expect(planned(given({ holding: { givenUntil: undefined } }))).toEqual(AGAIN)
  })

  test('while the rest of the grant is being given, an end that may not have arrived is told', () => {
    const facts = given({ grant: { state: 'granting' }, holding: { givenUntil: undefined } })
    expect(planned(facts)).toEqual(AGAIN)
    expect(planned(given({ grant: { state: 'granting' }, holding: { isReached: false } }), 'absent')).toEqual(AGAIN)
  })

  test.each(['unknown', 'dropped', 'refused'] as const)(
    '%s: it is told again, once nothing may land any more',
    (how) => {
      const facts = given(extended)
      send(facts, how)
      expect(facts.holdings[0]?.givenUntil).toBe(END)
      if (how === 'unknown') expect(planned(facts, 'attached', NOW + 15_000)).toBeUndefined()
      expect(planned(facts, 'attached', NOW + 15_001)).toEqual(AGAIN)
    },
  )

  test.each([
    ['a lowering', attempt({ direction: 'lower', level: 'absent' })],
    ['a raise with an older end', attempt({})],
  ])('while %s of ours may land nothing is told', (_what, open) => {
    const facts = given({ ...extended, slot: { attempts: [open] } })
    expect(planned(facts)).toBeUndefined()
    expect(planned(facts, 'attached', NOW + MINUTE + 1)).toEqual(AGAIN)
  })

  test('where somebody took it away by hand it is not given again, whatever the end', () => {
    const facts = given(extended)
    const { reports, write } = afterRead(facts, { at: NOW, level: 'absent', isInvitation: false }, NOW)
    expect([reports.map(({ kind }) => kind), write]).toEqual([['changed_by_hand'], undefined])
    expect(planned(facts, 'absent', NOW + MINUTE)).toBeUndefined()
  })

  test('a read that is too young to show an absence gives nothing again', () => {
    const facts = given({ ...extended, slot: { readLagMs: 10_000, touchedUntil: NOW - 1 } })
    expect(planned(facts, 'absent')).toBeUndefined()
    expect(planned(facts)).toEqual(AGAIN)
  })

  test('a slot that is not its grant’s own hears of no end', () => {
    expect(planned(given({ ...extended, slot: { endsItself: false } }))).toBeUndefined()
  })

  test('a grant that ends is lowered, and told no end', () => {
    const facts = given({ grant: { state: 'revoking', expiresAt: LATER } })
    expect(planned(facts)).toEqual({ direction: 'lower', level: 'absent', grant: ID })
    expect(planned(given({ grant: { state: 'revoking', expiresAt: LATER } }), 'absent')).toBeUndefined()
  })

  test('a holding that is closed hears of no end', () => {
    expect(planned(given({ ...extended, holding: { state: 'closed' } }))).toBeUndefined()
  })
})
