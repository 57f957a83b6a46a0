import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { givenStage, type Stage } from '../threats/b-stage.ts'
import { runThand } from './run-thand.ts'

// Each starts processes of its own.

let stage: Stage
afterEach(() => stage.close())

const KEY = randomBytes(32).toString('base64')
const audit = (...argv: readonly string[]) =>
  runThand(['audit', ...argv], { env: { DATABASE_URL: stage.world.databaseUrl ?? '', THAND_SECRET_KEY: KEY } })
const linesOf = (out: string) =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

test('the whole record in its order, one request of it, and what is not older', async () => {
  stage = await givenStage()
  const id = await stage.give('U0ANN', 'github:org-admin 1s because')
  await stage.reach(id, 'revoked')
  await stage.sql`alter table audit_event disable trigger user`
  await stage.sql`update audit_event set at = at - interval '3 hours' where name = 'configuration_loaded'`
  const [all, one, recent, later, text] = await Promise.all([
    audit('--json'),
    audit('--json', '--request', id.toUpperCase()),
    audit('--json', '--since', '2h'),
    audit('--json', '--since', '2999-01-01T00:00:00Z'),
    audit('--request', id),
  ])
  for (const each of [all, one, recent, later, text]) expect([each.code, each.err]).toEqual([0, ''])
  const [rows] = await stage.sql`select array_agg(name order by seq) as names from audit_event`
  expect(linesOf(all.out).map((event) => event.name)).toEqual(rows?.['names'])
  expect(linesOf(one.out).map((event) => event.name)).toEqual(await stage.events(id))
  expect(linesOf(one.out)[0]).toMatchObject({
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    name: 'request_asked',
    subject: id,
    actor: 'ann@acme.example',
    detail: { role: 'github:org-admin', reason: 'because' },
  })
  expect(linesOf(recent.out)).toHaveLength(linesOf(all.out).length - 1)
  expect(later.out).toBe('')
  expect(text.out.split('\n')[0]).toMatch(new RegExp(`^\\S+Z ${id} request_asked ann@acme\\.example \\{`))
})

test('C5: what people wrote moves no terminal', async () => {
  stage = await givenStage()
  const id = await stage.ask('U0ANN', 'github:team-sre 10m \u202ered\u2066 \u001b[31mhi')
  const { out } = await audit('--request', id)
  expect(out).toContain('red')
  expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})

test('without a database of its own it says why and where to ask; odd words are refused before anything is opened', async () => {
  stage = await givenStage()
  const [embedded, id, since] = await Promise.all([
    runThand(['audit', '--json']),
    audit('--request', 'grant-1'),
    audit('--since', 'yesterday'),
  ])
  expect(embedded).toMatchObject({ code: 2, out: '' })
  expect(embedded.err).toMatch(/DATABASE_URL is not set.*embedded.*\n.*\/thand show/)
  expect(id.err).toContain('--request: expected the id of a request')
  expect(since.err).toContain('--since: expected a time')
  expect([id.code, since.code]).toEqual([2, 2])
})
