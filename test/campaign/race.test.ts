import { expect, inject, test } from 'vitest'
import { RACES, race } from './race.ts'
import { setStage } from './stage.ts'

const LONG = 'extend/expiry'
const OTHERS = RACES.filter((name) => name !== LONG)

// More rounds of each: `npm run race`.
test.each([
  ['B1, B2: of two that decide or end', OTHERS, 50],
  ['B10: of an extension and the end', [LONG], 10],
])(
  '%s in the same instant, in two processes, one has an effect, every round',
  async (_what, names, rounds) => {
    const stage = await setStage(inject('postgresUrl'))
    try {
      const results = await race(stage, [await stage.launch(), await stage.launch()], { rounds, names })
      expect(results.flatMap((result) => result.violations)).toEqual([])
      expect(results.map((result) => result.rounds)).toEqual(names.map(() => rounds))
      expect(stage.github.problems).toEqual([])
    } finally {
      await stage.close()
    }
  },
  400_000,
)
