import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Stage, setStage } from '../campaign/stage.ts'
import { commandOf } from '../support/built.ts'
import { told } from '../support/told.ts'
import { eventually } from '../threats/b-stage.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const PAGE = readFileSync(path.join(ROOT, 'docs/database-roles.md'), 'utf8')

let stage: Stage
let server: postgres.Sql
let owner: postgres.Sql
beforeAll(async () => {
  const [setUp, comeIn, allow, ...more] = [...PAGE.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  if (setUp === undefined || comeIn === undefined || allow === undefined) throw new Error('the page has lost its SQL')
  expect(more).toEqual([])
  stage = await setStage(inject('postgresUrl'))
  await asRole('postgres', 'postgres', (sql) => run(sql, setUp))
  owner = connect('thand_owner')
  await run(owner, comeIn)
  await migrate()
  await run(owner, allow)
  server = connect('thand_server')
}, 90_000)
afterAll(async () => {
  await stage.close()
  await Promise.all([server.end(), owner.end()])
  await asRole('postgres', 'postgres', async (sql) => {
    await sql`drop database thanddb with (force)`
    await sql`drop role thand_owner, thand_server`
  })
})

function addressOf(role: string, database = 'thanddb'): string {
  const url = new URL(inject('postgresUrl'))
  return Object.assign(url, { username: role, pathname: `/${database}` }).href
}

const connect = (role: string, database?: string) =>
  postgres(addressOf(role, database), { max: 1, onnotice: () => undefined })

async function asRole(role: string, database: string, work: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = connect(role, database)
  await work(sql).finally(() => sql.end())
}

/** One statement after the other, as a person types them. */
async function run(sql: postgres.Sql, block: string): Promise<void> {
  for (const statement of block.split(/;\n/).filter((each) => each.trim() !== '')) await sql.unsafe(statement)
}

const URLS = { DATABASE_URL: addressOf('thand_server'), THAND_MIGRATION_URL: addressOf('thand_owner') }

async function migrate(): Promise<void> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    THAND_SECRET_KEY: randomBytes(32).toString('base64'),
    ...URLS,
  }
  const { stdout } = await promisify(execFile)(process.execPath, [...commandOf('thand'), 'migrate'], { env, cwd: ROOT })
  expect(stdout).toMatch(/up to date/)
}

test('the server runs the whole life of a request as the lesser role', async () => {
  const { client, kill } = await stage.launch(URLS)
  const asked = await told(stage.slack, client, ['U0ANN', 'request github:org-admin 5m'])
  const id = /req_[0-9a-z]{8}/.exec(asked.text)?.[0] ?? asked.text
  await client.command('U0SAM', `approve ${id}`)
  const isIn = (state: string) => async () =>
    (await server`select 1 from access_grant where id = ${id} and state = ${state}`).length === 1
  await eventually('active', isIn('active'))
  expect(stage.github.roleOf('ann-acme')).toBe('admin')
  // Its time is up now: at a moment that a busy machine cannot miss.
  await server`update access_grant set expires_at = now() where id = ${id}`
  await eventually('revoked', isIn('revoked'))
  expect(stage.github.roleOf('ann-acme')).toBe('member')
  const names = (await server`select name from audit_event where subject = ${id} order by seq`).map((row) => row.name)
  for (const name of ['request_asked', 'request_approved', 'grant_active', 'grant_revoked'])
    expect(names.filter((each) => each === name)).toHaveLength(1)
  await kill()
  const [used] = await owner`select count(*)::int as n from replica`
  expect(used?.n).toBe(1)
})

test.each([
  [`update audit_event set actor = 'somebody else'`, /permission denied for table audit_event/],
  ['delete from audit_event', /permission denied for table audit_event/],
  ['truncate audit_event', /permission denied for table audit_event/],
  ['alter table audit_event disable trigger all', /must be owner of table audit_event/],
  ['drop trigger audit_no_change on audit_event', /must be owner of relation audit_event/],
  ['create or replace function audit_is_append_only() returns trigger language sql as $$ $$', /permission denied/],
  ['set session_replication_role = replica', /permission denied/],
  [`insert into grant_move values ('planned', 'active')`, /permission denied for table grant_move/],
  [`update request_move set to_state = 'approved'`, /permission denied for table request_move/],
  ['create table mine (n int)', /permission denied for schema public/],
  ['create schema mine', /permission denied for database/],
  ['create temporary table mine (n int)', /permission denied to create temporary tables/],
  ['alter table access_grant drop column person', /must be owner of table access_grant/],
  ['drop table vote', /must be owner of table vote/],
])('what it may not do: %s', async (statement, refused) => {
  await expect(server.unsafe(statement)).rejects.toThrow(refused)
})

test('a table of a later version is the server’s after the last step was said again, and only then', async () => {
  await owner`create table later (n int)`
  await expect(server`select * from later`).rejects.toThrow(/permission denied for table later/)
  const again = [...PAGE.matchAll(/```sql\n([\s\S]*?)```/g)].at(-1)?.[1] ?? ''
  await run(owner, again)
  expect(await server`select * from later`).toEqual([])
  await expect(server`delete from audit_event`).rejects.toThrow(/permission denied/)
})
