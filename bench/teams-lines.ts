import { both, type Line, round } from './line.ts'
import type { Spread } from './spread.ts'
import type { TeamsFigures } from './teams.ts'

/** `withoutMegabytes`: the same server where Teams is not set up. */
export function teamsLines(figures: TeamsFigures, withoutMegabytes: number): readonly Line[] {
  const { message, press, forged, floor, idleMegabytes } = figures
  const line = (what: string, found: Spread, target: number): Line => ({
    what,
    count: found.count,
    found: both(found),
    floor: both(floor),
    target: `p99 ≤ ${target}`,
    isMet: found.p99 <= target,
    why: 'A turn is a signature, a look at the member (remembered for 10 s), a transaction, and a post that waits for one second after the last one of the same chat.',
  })
  return [
    line('signed message to the card that answers it', message, 1500),
    line('press on Approve to its answer', press, 500),
    line('a forged token to its refusal', forged, 50),
    {
      what: 'idle memory with Teams set up',
      count: 1,
      found: `${round(idleMegabytes)} MB`,
      floor: `${round(withoutMegabytes)} MB without`,
      target: '≤ 300 MB',
      isMet: idleMegabytes <= 300,
      why: 'The SDK loads 750 modules.',
    },
  ]
}
