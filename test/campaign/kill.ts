import { cardsIn, plainTextOf } from '../doubles/slack/reading.ts'
import { type Child, type Stage, setStage } from './stage.ts'

const SECONDS = 5
const MORE_SECONDS = 2
const ENDS_WITHIN_MS = 60_000

/** Where a life can end: a commit, or a moment around a call of the provider, and the how manieth of its name. */
export interface Point {
  readonly label: string
  readonly time: number
}

export interface Killed {
  readonly point: Point
  readonly violations: readonly string[]
  /** False: this life did not come by the point so often, and ended by itself. */
  readonly died: boolean
  readonly tookMs: number
}

/** The points of one request's whole life, in the order in which a life without a kill passes them. */
export async function pointsOfALife(postgresUrl: string): Promise<readonly Point[]> {
  const stage = await setStage(postgresUrl)
  try {
    const child = await stage.launch()
    await live(stage, child)
    return child.points.map((label, n) => {
      return { label, time: child.points.slice(0, n + 1).filter((each) => each === label).length }
    })
  } finally {
    await stage.close()
  }
}

/** Kill -9 at the point, start again, and see that it ends right. */
export async function killAt(postgresUrl: string, point: Point): Promise<Killed> {
  const began = performance.now()
  const stage = await setStage(postgresUrl)
  try {
    const first = await stage.launch({ KILL_AT: point.label, KILL_TIME: String(point.time) })
    const died = (await live(stage, first)) === 'died'
    if (died) await live(stage, await stage.launch())
    return { point, died, violations: await wrong(stage), tookMs: performance.now() - began }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { point, died: true, violations: [why], tookMs: performance.now() - began }
  } finally {
    await stage.close()
  }
}

/**
 * One request from asking to its verified end, with more time asked for while it is active: what has happened already is not
 * asked for again.
 */
async function live({ sql, github }: Stage, { client, gone }: Child): Promise<'ended' | 'died'> {
  let isGone = false
  void gone.then(() => {
    isGone = true
  })
  const quiet = (line: string, user: string) => client.command(user, line).catch(() => undefined)
  const end = performance.now() + ENDS_WITHIN_MS
  for (;;) {
    if (isGone) return 'died'
    const [request] = await sql`select id, state from request where extends_grant is null`
    const [extension] = await sql`select id, state from request where extends_grant is not null`
    if (request === undefined) await quiet(`request github:org-admin ${SECONDS}s`, 'U0ANN')
    else if (request.state === 'pending') await quiet(`approve ${request.id}`, 'U0SAM')
    const [grant] = await sql`select id, state from access_grant`
    if (grant?.state === 'active' && extension === undefined)
      await quiet(`extend ${grant.id} ${MORE_SECONDS}s`, 'U0ANN')
    if (extension?.state === 'pending') await quiet(`approve ${extension.id}`, 'U0SAM')
    const [card] = await sql`select 1 from message m join request r on r.id = m.request_id
      where m.kind = 'card' and m.audience = 'channel' and m.shown_revision = r.revision and r.extends_grant is null`
    const isDecided = extension?.state !== 'pending'
    if (grant?.state === 'revoked' && isDecided && card !== undefined && github.roleOf('ann-acme') === 'member')
      return 'ended'
    if (performance.now() > end)
      throw new Error(`after ${ENDS_WITHIN_MS} ms: ${grant?.state ?? 'no grant'}, ${github.roleOf('ann-acme')}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What must be true when all is over, whatever died on the way. */
async function wrong({ sql, github, slack }: Stage): Promise<string[]> {
  const found: string[] = []
  const expectOne = async (name: string) => {
    const [row] = await sql`select count(*)::int as n from audit_event where name = ${name}`
    if (row?.n !== 1) found.push(`${row?.n} times ${name} in the record`)
  }
  for (const name of ['grant_planned', 'grant_granting', 'grant_revoking', 'grant_revoked']) await expectOne(name)
  found.push(...(await wrongInRecord(sql)))
  if (github.roleOf('ann-acme') !== 'member') found.push(`ann-acme is ${github.roleOf('ann-acme')}`)
  const writes = github.journal.filter((entry) => entry.applied)
  const [intents] = await sql`select count(*)::int as n from audit_event where name = 'attempt_intended'`
  if (writes.length > (intents?.n ?? 0)) found.push(`${writes.length} writes with ${intents?.n} intents`)
  const last = cardsIn(slack, 'C0ACCESS').at(-1)
  // Started again too late on a busy machine, it was never given, and must say so.
  const [active] = await sql`select 1 from audit_event where name = 'grant_active'`
  const final = active === undefined ? /Not granted/ : /Ended/
  if (last === undefined || !final.test(plainTextOf(last)))
    found.push(`the card says: ${last === undefined ? 'nothing' : plainTextOf(last).slice(0, 120)}`)
  const [open] = await sql`select count(*)::int as n from holding where state <> 'closed'`
  if (open?.n !== 0) found.push(`${open?.n} holdings are open`)
  found.push(...slack.problems, ...github.problems)
  return found
}

/** Each request was asked for once and decided once, and the end moved exactly when that was approved, by what was asked for. */
async function wrongInRecord(sql: Stage['sql']): Promise<string[]> {
  const rows = await sql`
    select r.id, r.state, r.extends_grant is not null as is_extension,
      count(*) filter (where e.name = 'request_asked')::int as asked,
      count(*) filter (where e.name = 'request_' || r.state)::int as decided,
      (select count(*)::int from audit_event x where x.name = 'grant_extended' and x.subject = r.extends_grant) as extended,
      (select g.expires_at = r.extends_until from access_grant g where g.id = r.extends_grant) as is_later
    from request r join audit_event e on e.subject = r.id group by r.id`
  return rows.flatMap(({ id, state, is_extension: isExtension, asked, decided, extended, is_later: isLater }) => {
    const isRight = asked === 1 && decided === 1
    const isExtended = state === 'approved'
    const hasMoved = !isExtension || (extended === (isExtended ? 1 : 0) && isLater === isExtended)
    const words = `${id} is ${state}: asked ${asked}, decided ${decided}, extended ${extended}, later ${isLater}`
    return isRight && hasMoved ? [] : [words]
  })
}
