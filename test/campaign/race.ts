import { told } from '../support/told.ts'
import type { Child, Stage } from './stage.ts'

export interface RaceResult {
  readonly name: string
  readonly rounds: number
  /** How often which of the two won. */
  readonly wins: Readonly<Record<string, number>>
  readonly violations: readonly string[]
}

type Round = (
  stage: Stage,
  pair: readonly [Child, Child],
) => Promise<{ readonly won: string; readonly violations: readonly string[] }>

/** Two processes on one real PostgreSQL, both inside their transaction and just before the lock when they are let go. */
export async function race(
  stage: Stage,
  pair: readonly [Child, Child],
  { rounds, names = RACES }: { readonly rounds: number; readonly names?: readonly string[] },
): Promise<readonly RaceResult[]> {
  const results: RaceResult[] = []
  for (const [name, round] of Object.entries(ROUNDS).filter(([each]) => names.includes(each))) {
    const wins: Record<string, number> = {}
    const violations: string[] = []
    for (let n = 0; n < rounds; n++) {
      const result = await round(stage, n % 2 === 0 ? pair : [pair[1], pair[0]])
      wins[result.won] = (wins[result.won] ?? 0) + 1
      violations.push(...result.violations.map((each) => `round ${n}: ${each}`))
    }
    results.push({ name, rounds, wins, violations })
  }
  return results
}

const ROUNDS: Readonly<Record<string, Round>> = {
  'approve/approve': (stage, pair) => decide(stage, pair, ['approve', 'approve']),
  'approve/deny': (stage, pair) => decide(stage, pair, ['approve', 'deny']),
  'approve/lapse': approveAgainstLapse,
  'end/expiry': endAgainstExpiry,
  'extend/expiry': extendAgainstExpiry,
}

export const RACES = Object.keys(ROUNDS)

async function ask({ slack }: Stage, { client }: Child, role = 'github:org-admin'): Promise<string> {
  const answer = await told(slack, client, ['U0ANN', `request ${role} 30m`])
  const id = /req_[0-9a-z]{8}/.exec(answer.text)?.[0]
  if (id === undefined) throw new Error(`asking was answered ${answer.status}: ${answer.text.slice(0, 300)}`)
  return id
}

const decide = async (stage: Stage, [first, second]: readonly [Child, Child], verbs: readonly [string, string]) => {
  const id = await ask(stage, first)
  first.arm(id)
  second.arm(id)
  const answers = [
    told(stage.slack, first.client, ['U0SAM', `${verbs[0]} ${id}`]),
    told(stage.slack, second.client, ['U0SUE', `${verbs[1]} ${id}`]),
  ]
  await Promise.all([first.at(id), second.at(id)])
  first.go(id)
  second.go(id)
  const texts = (await Promise.all(answers)).map((answer) => answer.text)
  const violations = await decidedOnce(stage, id)
  const winners = texts.filter((text) => /counted|Denied/.test(text) && !/was already/.test(text))
  if (winners.length !== 1)
    violations.push(`${winners.length} were told that they decided: ${texts.join(' | ').slice(0, 300)}`)
  if (!texts.some((text) => /was already/.test(text))) violations.push('nobody was told that it was decided already')
  await first.client.command('U0ANN', `end ${id}`)
  return { won: texts[0] === winners[0] ? `${verbs[0]} of the first` : `${verbs[1]} of the second`, violations }
}

/** One decision in the row, one in the record, and a grant exactly when it was approved. */
async function decidedOnce({ sql }: Stage, id: string): Promise<string[]> {
  const [request] = await sql`select state from request where id = ${id}`
  const events =
    await sql`select name from audit_event where subject = ${id} and name in ('request_approved', 'request_denied', 'request_lapsed')`
  const grants = await sql`select id from access_grant where id = ${id}`
  const violations: string[] = []
  if (events.length !== 1 || events[0]?.name !== `request_${request?.state}`) {
    violations.push(`state ${request?.state} with ${events.map((event) => event.name).join(', ')} in the record`)
  }
  if (grants.length !== (request?.state === 'approved' ? 1 : 0))
    violations.push(`${grants.length} grants of a request that is ${request?.state}`)
  return violations
}

async function approveAgainstLapse(stage: Stage, [first, second]: readonly [Child, Child]) {
  const id = await ask(stage, first)
  const { sql } = stage
  const delay = Math.random() * 12
  await sql`update request set lapses_at = now() + make_interval(secs => ${delay / 1000}::float8) where id = ${id}`
  const nudge = sql`select pg_notify('thand_nudge', '')`
  await Promise.all([nudge, pause(Math.random() * 14).then(() => second.client.command('U0SAM', `approve ${id}`))])
  await until(async () => (await sql`select 1 from request where id = ${id} and state <> 'pending'`).length === 1)
  const violations = await decidedOnce(stage, id)
  const [request] = await sql`select state from request where id = ${id}`
  await first.client.command('U0ANN', `end ${id}`)
  return { won: String(request?.state), violations }
}

async function endAgainstExpiry(stage: Stage, [first, second]: readonly [Child, Child]) {
  const { sql, github } = stage
  const id = await ask(stage, first, 'github:team-sre')
  await second.client.command('U0SAM', `approve ${id}`)
  await until(async () => (await sql`select 1 from access_grant where id = ${id} and state = 'active'`).length === 1)
  const before = github.journal.filter((entry) => entry.applied).length
  await sql`update access_grant set expires_at = now() + make_interval(secs => ${(Math.random() * 12) / 1000}::float8) where id = ${id}`
  const nudge = sql`select pg_notify('thand_nudge', '')`
  await Promise.all([nudge, pause(Math.random() * 14).then(() => second.client.command('U0ANN', `end ${id}`))])
  await until(async () => (await sql`select 1 from access_grant where id = ${id} and state = 'revoked'`).length === 1)
  const violations: string[] = []
  const counts =
    await sql`select name, count(*)::int as n from audit_event where subject = ${id} and name in ('grant_revoking', 'grant_revoked') group by name`
  for (const { name, n } of counts) if (n !== 1) violations.push(`${n} times ${name} in the record`)
  const writes = github.journal.filter((entry) => entry.applied).length - before
  if (writes !== 1) violations.push(`${writes} writes at GitHub to end one grant`)
  if (github.state.teams['sre']?.['ann-acme'] !== undefined) violations.push('the access is still there')
  const [grant] = await sql`select ended_how from access_grant where id = ${id}`
  return { won: String(grant?.ended_how), violations }
}

/**
 * The end comes while more time is being approved, in a transaction that began before it and stands just before the lock: it
 * goes on until the end that was asked for, or it is over and stays over.
 */
async function extendAgainstExpiry(stage: Stage, [first, second]: readonly [Child, Child]) {
  const { sql } = stage
  const id = await ask(stage, first, 'github:team-sre')
  const comesTo = (state: string) =>
    until(async () => (await sql`select 1 from access_grant where id = ${id} and state = ${state}`).length === 1)
  await second.client.command('U0SAM', `approve ${id}`)
  await comesTo('active')
  await first.client.command('U0ANN', `extend ${id} 20m`)
  const [asked] = await sql`select id from request where extends_grant = ${id}`
  second.arm(id)
  const answer = second.client.command('U0SAM', `approve ${asked?.id}`)
  await second.at(id)
  await sql`update access_grant set expires_at = now() + make_interval(secs => ${(Math.random() * 100) / 1000}::float8) where id = ${id}`
  const nudge = sql`select pg_notify('thand_nudge', '')`
  await Promise.all([nudge, pause(Math.random() * 14).then(() => second.go(id))])
  const { text } = await answer
  const [decided] = await sql`select state from request where id = ${asked?.id}`
  const isExtended = decided?.state === 'approved'
  if (!isExtended) await comesTo('revoked')
  const violations = await extendedOrEnded(stage, id, isExtended)
  if (isExtended !== /counted/.test(text)) violations.push(`told ${text.slice(0, 200)}`)
  await first.client.command('U0ANN', `end ${id}`)
  await comesTo('revoked')
  return { won: isExtended ? 'extended' : 'expired', violations }
}

async function extendedOrEnded({ sql, github }: Stage, id: string, isExtended: boolean): Promise<string[]> {
  const [grant] = await sql`
    select g.state, g.expires_at = r.extends_until as is_later from access_grant g join request r on r.extends_grant = g.id
    where g.id = ${id}`
  const [row] = await sql`
    select count(*) filter (where name = 'grant_extended')::int as extended,
      count(*) filter (where name = 'grant_revoking')::int as ended from audit_event where subject = ${id}`
  const found = `${grant?.state}, ${grant?.is_later ? 'later' : 'as before'}, ${row?.extended} extended, ${row?.ended} ended`
  const expected = isExtended ? 'active, later, 1 extended, 0 ended' : 'revoked, as before, 0 extended, 1 ended'
  const violations = found === expected ? [] : [`${found}; expected ${expected}`]
  const isThere = github.state.teams['sre']?.['ann-acme'] !== undefined
  if (isThere !== isExtended) violations.push(isThere ? 'the access is still there' : 'the access was taken')
  return violations
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function until(look: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await look())) {
    if (performance.now() > end) throw new Error('waited 20 s')
    await pause(8)
  }
}
