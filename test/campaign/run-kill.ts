// npm run kill: kill -9 after every commit point of one request's life, and around every call of the provider.
import { parseArgs } from 'node:util'
import { startPostgres } from '../support/postgres.ts'
import { type Killed, killAt, type Point, pointsOfALife } from './kill.ts'

const nameOf = ({ label, time }: Point) => (time === 1 ? label : `${label} (${time})`)
const { values } = parseArgs({ options: { at: { type: 'string' }, together: { type: 'string', default: '3' } } })
const server = await startPostgres()
const write = (line: string) => process.stdout.write(`${line}\n`)
try {
  const points = await pointsOfALife(server.url)
  write(`One life passes ${points.length} points:`)
  for (const [n, point] of points.entries()) write(`${String(n + 1).padStart(4)}  ${nameOf(point)}`)
  const wanted = points.filter((_, n) => values.at === undefined || n + 1 === Number(values.at))
  const results: Killed[] = []
  const hands = Array.from({ length: Number(values.together) }, async () => {
    for (let point = wanted.shift(); point !== undefined; point = wanted.shift()) {
      const killed = await killAt(server.url, point)
      results.push(killed)
      const how = killed.violations.length > 0 ? 'WRONG' : killed.died ? 'ends right' : 'not reached'
      write(`killed at ${nameOf(point)}: ${how}, ${(killed.tookMs / 1000).toFixed(1)} s`)
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
