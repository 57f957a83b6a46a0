import { expect, inject, test } from 'vitest'
import { RACES, race } from './race.ts'
import { setStage } from './stage.ts'

const LONG = 'extend/expiry'
const OTHERS = RACES.filter((name) => name !== LONG)

test.each([
  ['B1, B2: of two that decide or end', OTHERS],
  ['B10: of an extension and the end', [LONG]],
])(
  '%s in the same instant, in two processes, one has an effect: 50 rounds each',
  async (_what, names) => {
    const stage = await setStage(inject('postgresUrl'))
    try {
      const results = await race(stage, [await stage.launch(), await stage.launch()], { rounds: 50, names })
      expect(results.flatMap((result) => result.violations)).toEqual([])
      expect(results.map((result) => result.rounds)).toEqual(names.map(() => 50))
      expect(stage.github.problems).toEqual([])
    } finally {
      await stage.close()
    }
  },
  170_000,
)
