import { expect, inject, test } from 'vitest'
import { race } from './race.ts'
import { setStage } from './stage.ts'

test('B1, B2: of two that decide or end in the same instant, in two processes, one has an effect: 50 rounds each', async () => {
  const stage = await setStage(inject('postgresUrl'))
  try {
    const results = await race(stage, [await stage.launch(), await stage.launch()], 50)
    expect(results.flatMap((result) => result.violations)).toEqual([])
    expect(results.map((result) => result.rounds)).toEqual([50, 50, 50, 50, 50])
    expect(stage.github.problems).toEqual([])
  } finally {
    await stage.close()
  }
}, 170_000)
