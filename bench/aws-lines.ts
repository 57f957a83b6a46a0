import type { AwsFigures, FirstUse } from './aws.ts'
import type { MassFigures } from './aws-mass.ts'
import { CALL_MS } from './aws-stage.ts'
import { both, type Line, round } from './line.ts'

/** What each replica works on at once at most (`mostAtOnce` of an AWS account). */
const AT_ONCE = 64
/** Of calls to AWS at the end of a membership: two looks at the user beside the list, and between them a look at the name and the removal. */
const MEMBER_STEPS = 4
/** Taken away, and looked at once more when IAM is believed. */
const ROUNDS = 2

export function awsLines({
  firstUses,
  mass,
  idleMegabytes,
  withoutMegabytes,
  usedMegabytes,
}: AwsFigures): readonly Line[] {
  return [
    ...firstUses.flatMap(useLines),
    ...mass.map(massLine),
    memoryLine('idle memory with AWS set up', idleMegabytes),
    memoryLine('the same after sessions were made', usedMegabytes),
  ]

  function memoryLine(what: string, megabytes: number): Line {
    return {
      what,
      count: 1,
      found: `${round(megabytes)} MB`,
      floor: `${round(withoutMegabytes)} MB without`,
      target: '≤ 250 MB',
      isMet: megabytes <= 250,
      why: 'The SDK is loaded when the first call is made.',
    }
  }
}

function useLines({ callMs, usable, pull, steps }: FirstUse): readonly Line[] {
  const floor = callMs === 0 ? '–' : `${round(steps * callMs)} (${steps} steps)`
  const line = (what: string, found: typeof usable): Line => ({
    what: `${what}, AWS at ${callMs} ms a call`,
    count: found.count,
    found: both(found),
    floor,
    target: 'p50 ≤ 1000, p99 ≤ 3000',
    isMet: found.p50 <= 1000 && found.p99 <= 3000,
    why: `${steps} calls to AWS follow each other: a session is made, and then asked whether it may ask about itself.`,
  })
  return [line('answer to a request to session keys on a device', usable), line('the pull alone', pull)]
}

function massLine({ what, replicas, revoked, calls, writes }: MassFigures): Line {
  const number = (n: number) => n.toLocaleString('en')
  const at = `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`
  const floorMs = Math.ceil(revoked.count / (AT_ONCE * replicas)) * ROUNDS * MEMBER_STEPS * CALL_MS
  return {
    what: `${number(revoked.count)} ${what === 'sessions' ? 'sessions' : 'group memberships'} that end in one second, to \`revoked\`, ${at}; ${number(calls)} calls to AWS, ${number(writes)} of them writes`,
    count: revoked.count,
    found: `${both(revoked)}, last ${round(revoked.most)}`,
    floor:
      what === 'sessions'
        ? `${CALL_MS} (1 step)`
        : `${number(floorMs)} for the last (${ROUNDS} × ${MEMBER_STEPS} steps, ${AT_ONCE * replicas} at once)`,
    target: 'p99 ≤ 8000',
    isMet: revoked.p99 <= 8000,
    why: WHY[what],
  }
}

const WHY: Readonly<Record<MassFigures['what'], string>> = {
  sessions:
    'Nobody can use them after their second: what takes long is only the saying so, until AWS’s own clock is 5 s past the end.',
  members:
    'Each replica begins with 16 slots of an account at once and widens to 64 while AWS answers well, and each takes 4 calls that follow each other. Then come the 10 s for which IAM may still answer what was before (`readLagMs`): only a read after them counts, so no membership is said to be gone before, and each is looked at once more then. What is above the floor is work of the two cores, which the server shares with the database and the doubles of AWS and Slack.',
}
