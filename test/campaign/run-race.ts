// npm run race -- --rounds 1000
import { parseArgs } from 'node:util'
import { startPostgres } from '../support/postgres.ts'
import { race } from './race.ts'
import { setStage } from './stage.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '1000' } } })
const server = await startPostgres()
const stage = await setStage(server.url)
const began = performance.now()
try {
  const results = await race(stage, [await stage.launch(), await stage.launch()], { rounds: Number(values.rounds) })
  for (const { name, rounds, wins, violations } of results) {
    const who = Object.entries(wins).map(([won, n]) => `${won} ${n}`)
    process.stdout.write(`${name}: ${rounds} rounds, ${violations.length} violations · ${who.join(' · ')}\n`)
    for (const violation of violations.slice(0, 10)) process.stdout.write(`   ${violation}\n`)
  }
  process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0)} s\n`)
  process.exitCode = results.some((result) => result.violations.length > 0) ? 1 : 0
} finally {
  await stage.close()
  await server.stop()
}
