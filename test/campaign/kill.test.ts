import { expect, inject, test } from 'vitest'
import { killAt, pointsOfALife } from './kill.ts'

test('B3, B4, B15: kill -9 between an order and its record, on granting and on revoking, ends right', async () => {
  const url = inject('postgresUrl')
  const points = await pointsOfALife(url)
  const deadly = ['before raise', 'answered raise', 'answered lower'].map((label) => points.indexOf(label) + 1)
  expect(deadly.every((n) => n > 0)).toBe(true)
  for (const killed of await Promise.all(deadly.map((n) => killAt(url, n))))
    expect(killed).toMatchObject({ died: true, violations: [] })
}, 170_000)
