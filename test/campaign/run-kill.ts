// npm run kill: kill -9 after every commit point of one request's life, and around every call of the provider.
import { parseArgs } from 'node:util'
import { startPostgres } from '../support/postgres.ts'
import { type Killed, killAt, pointsOfALife } from './kill.ts'

const { values } = parseArgs({ options: { at: { type: 'string' }, together: { type: 'string', default: '3' } } })
const server = await startPostgres()
const write = (line: string) => process.stdout.write(`${line}\n`)
try {
  const points = await pointsOfALife(server.url)
  write(`One life passes ${points.length} points:`)
  for (const [n, point] of points.entries()) write(`${String(n + 1).padStart(4)}  ${point}`)
  const wanted = values.at === undefined ? points.map((_, n) => n + 1) : [Number(values.at)]
  const results: Killed[] = []
  const hands = Array.from({ length: Number(values.together) }, async () => {
    for (let n = wanted.shift(); n !== undefined; n = wanted.shift()) {
      const killed = await killAt(server.url, n)
      results.push(killed)
      write(
        `killed at ${String(n).padStart(3)}  ${killed.violations.length > 0 ? 'WRONG' : killed.died ? 'ends right' : 'not reached'}  ${(killed.tookMs / 1000).toFixed(1)} s  ${killed.point}`,
      )
      for (const violation of killed.violations) write(`      ${violation}`)
    }
  })
  await Promise.all(hands)
  const bad = results.filter((killed) => killed.violations.length > 0)
  write(`${results.filter((killed) => killed.died).length} kills, ${bad.length} violations`)
  process.exitCode = bad.length === 0 ? 0 : 1
} finally {
  await server.stop()
}
