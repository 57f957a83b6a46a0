import { describe, expect, test } from 'vitest'
import { explore, walk } from './explore.ts'
import { SMALL, WALKS } from './scopes.ts'

/** A longer run: `npx tsx test/protocol/long.ts`. */
const STATES_MAX = Number(process.env['PROTOCOL_STATES'] ?? 12_000)
const WALKS_EACH = Number(process.env['PROTOCOL_WALKS'] ?? 300)
const SEED = Number(process.env['PROTOCOL_SEED'] ?? Date.now() % 1_000_000)

const shown = (bad: string, trace: readonly string[]) =>
  bad === '' ? '' : `${bad}\n${trace.map((label, n) => `${n + 1}. ${label}`).join('\n')}`

describe('in every state of a small world the protocol keeps its word', () => {
  test.each(Object.entries(SMALL))('%s', (_name, scope) => {
    const found = explore(scope, { max: STATES_MAX, restEvery: 10 })
    expect(shown(found.bad, found.trace)).toBe('')
    expect(found.states).toBeGreaterThan(20)
  })
})

describe('long lives with many faults keep it too', () => {
  test.each(Object.entries(WALKS))('%s', (_name, scope) => {
    for (let n = 0; n < WALKS_EACH; n++) {
      const { bad, trace } = walk(scope, SEED + n)
      expect(shown(bad, trace), `PROTOCOL_SEED=${SEED + n}`).toBe('')
    }
  })
})
