import { afterEach, expect, test } from 'vitest'
import { wireTo } from '../support/cuttable.ts'
import { eventually, givenStage, type Stage } from '../threats/b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const page = async () => {
  const answer = await fetch(`${stage.world.server.url}/metrics`)
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
}

/** The value of a line such as `thand_grants{state="active"}`; undefined where there is none. */
const seriesIn = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length))
}
const eventuallyAt = (series: string, value: number) =>
  eventually(`${series} ${value}`, async () => seriesIn((await page()).text, series) === value)

test('a request is counted through its life, and access from its due end to its verified absence', async () => {
  stage = await givenStage()
  const { github, world } = stage
  github.faults.next({ method: 'DELETE' }, { kind: 'delay', ms: 300 })
  const first = await page()
  expect([first.status, first.type]).toEqual([200, expect.stringMatching(/^text\/plain; version=/)])
  expect(seriesIn(first.text, 'thand_grants{state="active"}')).toBe(0)
  const id = await stage.ask('U0ANN', 'github:team-sre 12s because of canary-reason')
  await stage.say('U0ANN', `approve ${id}`)
  await eventually('the card', async () => stage.cardText(id) !== '')
  await world.client.press('U0SAM', stage.card(id), 'Approve')
  await stage.reach(id, 'active')
  await eventuallyAt('thand_grants{state="active"}', 1)
  await stage.reach(id, 'revoked')
  const { text } = await page()
  const expected: Record<string, number> = {
    'thand_requests_total{state="pending"}': 1,
    'thand_requests_total{state="approved"}': 1,
    'thand_requests_asked_total{role="github:team-sre"}': 1,
    'thand_votes_refused_total{code="own_request"}': 1,
    'thand_decisions_total{vote="yes",way="button"}': 1,
    'thand_grants_moved_total{state="active"}': 1,
    'thand_grants_moved_total{state="revoked"}': 1,
    'thand_provider_writes_total{direction="raise",outcome="done"}': 1,
    'thand_provider_writes_total{direction="lower",outcome="done"}': 1,
    thand_revocation_lag_seconds_count: 1,
    'thand_revocation_lag_seconds_bucket{le="0.25"}': 0,
    thand_database_up: 1,
  }
  for (const [series, value] of Object.entries(expected))
    expect([series, seriesIn(text, series)]).toEqual([series, value])
  expect(seriesIn(text, 'thand_http_answer_seconds_count{route="/slack/events",status="2xx"}')).toBeGreaterThan(2)
  expect(seriesIn(text, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
  const [row] = await stage.sql`select detail from audit_event where name = 'grant_revoked' and subject = ${id}`
  expect(row?.['detail'].late_ms).toBeGreaterThanOrEqual(300)
})

test('nothing on the page is about somebody: no person, no account, no id, no reason, no secret, no path as it was asked for', async () => {
  stage = await givenStage()
  const id = await stage.give('U0ANN', 'github:org-admin 1s because of canary-reason')
  await stage.reach(id, 'revoked')
  await fetch(`${stage.world.server.url}/canary-path?token=canary-token`)
  const { text } = await page()
  expect(text).toContain('route="none",status="4xx"')
  const { slack, signingSecret } = stage.world
  for (const word of [
    id,
    'acme.example',
    'U0ANN',
    'ann-acme',
    'canary',
    slack.botToken,
    signingSecret,
    stage.github.token,
  ])
    expect(text, word).not.toContain(word)
})

test('a vote counts by its way: a reaction, a line', async () => {
  stage = await givenStage()
  const { client } = stage.world
  const ids = [await stage.ask('U0ANN', 'github:team-sre 30m'), await stage.ask('U0BOB', 'github:team-sre 30m')]
  await eventually('the cards', async () => ids.every((id) => stage.cardText(id) !== ''))
  await client.react('U0SAM', stage.card(ids[0] ?? ''), 'white_check_mark')
  await stage.say('U0SAM', `approve ${ids[1]}`)
  await eventuallyAt('thand_decisions_total{vote="yes",way="reaction"}', 1)
  expect(seriesIn((await page()).text, 'thand_decisions_total{vote="yes",way="line"}')).toBe(1)
})

test('a provider that is down: the overdue revoke and its age are on the page; Slack down: the outbox is', async () => {
  stage = await givenStage()
  const id = await stage.give('U0ANN', 'github:org-admin 1h')
  await stage.reach(id, 'active')
  stage.github.faults.down = true
  stage.world.slack.faults.down = true
  // Due ten minutes ago, as far as the database is concerned.
  await stage.sql`update access_grant set expires_at = now() - interval '10 minutes', warned_at = now() where id = ${id}`
  await eventually('revoking', async () => (await stage.grantOf(id)).state === 'revoking')
  await stage.sql`update access_grant set end_due_at = expires_at where id = ${id}`
  await eventuallyAt('thand_revokes_overdue', 1)
  const { text } = await page()
  expect(seriesIn(text, 'thand_revokes_oldest_due_seconds')).toBeGreaterThan(600)
  expect(seriesIn(text, 'thand_outbox_messages')).toBeGreaterThan(0)
  await eventually('failing', async () => (seriesIn((await page()).text, 'thand_outbox_failing') ?? 0) > 0)
  stage.github.faults.clear()
  stage.world.slack.faults.down = false
  await stage.reach(id, 'revoked', 45_000)
  await eventuallyAt('thand_revokes_overdue', 0)
})

test('without its database the page is there, says so, and shows no old figure', async () => {
  const wires: Awaited<ReturnType<typeof wireTo>>[] = []
  stage = await givenStage({
    through: async (url) => {
      const wire = await wireTo(url)
      wires.push(wire)
      return wire.url
    },
  })
  expect(seriesIn((await page()).text, 'thand_outbox_messages')).toBe(0)
  for (const wire of wires) wire.cut()
  await eventuallyAt('thand_database_up', 0)
  const { text } = await page()
  expect(seriesIn(text, 'thand_outbox_messages')).toBeUndefined()
  expect(seriesIn(text, 'process_cpu_seconds_total')).toBeGreaterThan(0)
  for (const wire of wires) await wire.mend()
  await eventuallyAt('thand_database_up', 1)
})
