import { expect, inject, test } from 'vitest'
import { killAt } from './kill.ts'

const DEADLY = ['before raise', 'answered raise', 'answered lower']

test.concurrent.each(DEADLY)(
  'B3, B4, B15: kill -9 at “%s”, between an order and its record, ends right',
  async (label) => {
    const killed = await killAt(inject('postgresUrl'), { label, time: 1 })
    expect(killed).toMatchObject({ died: true, violations: [] })
  },
  170_000,
)
