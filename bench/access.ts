import { plainTextOf } from '../test/doubles/slack/reading.ts'
import { followingOf } from './following.ts'
import { type Spread, spreadOf } from './spread.ts'
import { APPROVER, type Stage, until, userOf } from './stage.ts'

export interface AccessFigures {
  /** From pressing Approve to the change at the provider. */
  readonly live: Spread
  /** Calls of the provider one after the other in that time, at 200 ms each. */
  readonly liveFloorMs: number
  /** From the due end to the read that showed it gone. */
  readonly absent: Spread
  readonly absentFloorMs: number
}

export const PROVIDER_MS = 200
const LASTS_SECONDS = 3

/** One request after the other, each from the click on Approve to its verified end. */
export async function measureAccess(stage: Stage, count: number): Promise<AccessFigures> {
  const { github } = stage
  const child = await stage.launch()
  const client = stage.clientOf(child)
  github.faults.next({}, { kind: 'delay', ms: PROVIDER_MS }, Number.MAX_SAFE_INTEGER)
  const changes: { readonly at: number; readonly what: string }[] = []
  github.onChange(({ what }) => void changes.push({ at: performance.now(), what }))
  const live: number[] = []
  const absent: number[] = []
  const calls: { live: number[]; absent: number[] } = { live: [], absent: [] }
  for (let n = 0; n < count; n++) {
    const user = userOf(n)
    const told = await client.command(user, `request github:team-sre ${LASTS_SECONDS}s round ${n}`)
    const id = /req_[0-9a-z]{8}/.exec(told.text)?.[0] ?? ''
    const card = await until('the card', () =>
      [...stage.slack.messages.values()].find((one) => one.threadTs === undefined && plainTextOf(one).includes(id)),
    )
    const [before, journal, clicked] = [changes.length, github.journal.length, performance.now()]
    await client.press(APPROVER, card, 'Approve')
    const given = await until('access', () => changes.slice(before).find(({ what }) => what.startsWith('PUT')))
    live.push(given.at - clicked)
    const asked = github.journal.slice(journal)
    calls.live.push(followingOf(asked.slice(0, asked.findIndex(({ method }) => method === 'PUT') + 1), PROVIDER_MS))
    const over = await until('the end', () =>
      child.log().find((line) => line.msg === 'grant_revoked' && line.subject === id),
    )
    const lateMs = over.detail?.late_ms ?? Number.NaN
    absent.push(lateMs)
    calls.absent.push(
      followingOf(
        github.journal.filter(({ at }) => at > over.time - lateMs && at <= over.time),
        PROVIDER_MS,
      ),
    )
  }
  await child.stop()
  return {
    live: spreadOf(live),
    liveFloorMs: spreadOf(calls.live).p50 * PROVIDER_MS,
    absent: spreadOf(absent),
    absentFloorMs: spreadOf(calls.absent).p50 * PROVIDER_MS,
  }
}
