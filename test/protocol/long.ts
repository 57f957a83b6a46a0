import { explore, walk } from './explore.ts'
import { LARGE, SMALL, WALKS } from './scopes.ts'

/** The long run: npx tsx test/protocol/long.ts [states per world] [walks per world] [seed] [part of a world's name] */
const [states = '300000', walks = '3000', seed = String(Date.now() % 1_000_000), part = ''] = process.argv.slice(2)
let violations = 0

function say(name: string, bad: string, trace: readonly string[], numbers: string): void {
  console.log(`${bad === '' ? 'holds' : bad} | ${name} | ${numbers}`)
  if (bad === '') return
  violations++
  for (const [n, label] of trace.entries()) console.log(`   ${n + 1}. ${label}`)
}

for (const [name, scope] of Object.entries({ ...SMALL, ...LARGE })) {
  if (!name.includes(part)) continue
  const began = Date.now()
  const found = explore(scope, { max: Number(states), restEvery: 20 })
  const reach = found.isComplete ? 'all' : 'the first'
  say(name, found.bad, found.trace, `${reach} ${found.states} states, ${found.steps} steps, ${Date.now() - began} ms`)
}
for (const [name, scope] of Object.entries(WALKS)) {
  if (!name.includes(part)) continue
  const began = Date.now()
  let steps = 0
  for (let n = 0; n < Number(walks); n++) {
    const lived = walk(scope, Number(seed) + n)
    steps += lived.steps
    if (lived.bad !== '') say(`${name}, seed ${Number(seed) + n}`, lived.bad, lived.trace, '')
  }
  console.log(`${name}: ${walks} walks from seed ${seed}, ${steps} steps, ${Date.now() - began} ms`)
}
console.log(`${violations} violations`)
process.exitCode = violations === 0 ? 0 : 1
