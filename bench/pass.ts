import postgres from 'postgres'
import { Secret } from '../src/core/secret.ts'
import type { Store } from '../src/ports/store/store.ts'
import { openPostgres } from '../src/store/open-postgres.ts'
import { type Spread, spreadOf } from './spread.ts'
import { newDatabase } from './stage.ts'

const GRANTS = 100_000
const IDLE = { inFlight: [], busy: [] }

const WAITING = 36_000

export interface PassFigures {
  readonly grants: number
  readonly quiet: Spread
  readonly waiting: number
  readonly backlog: Spread
}

/** One pass of an idle sweeper: its one statement, with this many grants that are active and none that is due. */
export async function measurePass(postgresUrl: string, times: number): Promise<PassFigures> {
  const url = await newDatabase(postgresUrl)
  const store = await openPostgres(new Secret(url), { migrate: true })
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await fill(sql)
  const quiet = await looks(store, times, (due) => due === 0)
  await pileUp(sql)
  const backlog = await looks(store, times, (due) => due === 1)
  await Promise.all([store.close(), sql.end()])
  return { grants: GRANTS, quiet, waiting: WAITING, backlog }
}

async function looks(store: Store, times: number, isRight: (due: number) => boolean): Promise<Spread> {
  const took: number[] = []
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    const { dueInMs } = await store.agenda({
      giveUpMs: 900_000,
      overdueMs: 30_000,
      slots: { ...IDLE, configuration: 'none' },
      withdrawals: IDLE,
      messages: { inFlight: [], hasRoom: true },
    })
    took.push(performance.now() - began)
    if (!isRight([...dueInMs.values()].filter((ms) => ms <= 0).length)) throw new Error('the wrong things are due')
  }
  return spreadOf(took)
}

/** Cards and their lines that wait, as while a platform takes one a second. */
async function pileUp(sql: postgres.Sql): Promise<void> {
  const cards = sql`select n, 'req_' || lpad(n::text, 8, '0') as id from generate_series(1, ${WAITING / 6}::int) as n`
  const due = sql`now() - interval '1 hour' + n * interval '1 ms'`
  await sql`insert into message (id, request_id, kind, platform, audience, place, created_at, next_try_at)
    select -n, id, 'card', 'slack', 'channel', 'C0OTHER', now(), ${due} from (${cards}) as cards`
  await sql`insert into message (request_id, kind, platform, audience, place, parent_id, content, created_at, next_try_at)
    select id, 'line', 'slack', 'channel', 'C0OTHER', -n, '{}', now(), ${due} from (${cards}) as cards, generate_series(1, 5)`
  await sql`vacuum analyze`
}

/** Each with its request, its slot and a card that is up to date, as after a quiet hour; and as many that are over. */
async function fill(sql: postgres.Sql): Promise<void> {
  const ids = sql`select n, 'req_' || lpad(n::text, 8, '0') as id from generate_series(1, ${GRANTS * 2}::int) as n`
  await sql`insert into request (id, state, requester, role_key, role_hash, role, reason, duration_seconds, platform, asked_at, lapses_at)
    select id, 'pending', 'p' || n % 5000, 'r', 'h', '{}', '', 3600, 'slack', now(), now() + interval '1 day' from (${ids}) as ids`
  await sql`update request set state = 'approved'`
  await sql`insert into access_grant (id, state, person, provider_key, instance, subject_id, duration_seconds, planned_at, expires_at)
    select id, 'planned', 'p' || n % 5000, 'g', 'i', 's' || n, 3600, now(), now() + interval '1 hour' + n * interval '10 ms' from (${ids}) as ids`
  for (const state of ['granting', 'active']) await sql`update access_grant set state = ${state}`
  for (const state of ['revoking', 'revoked'])
    await sql`update access_grant set state = ${state}, holders_before = null where id > ${`req_${String(GRANTS).padStart(8, '0')}`}`
  await sql`insert into slot (provider_key, instance, subject_id, subject_login, name) select 'g', 'i', 's' || n, 'a' || n, 'org' from (${ids}) as ids`
  await sql`insert into message (request_id, kind, platform, audience, place, ref_channel, ref_message, created_at)
    select id, 'card', 'slack', 'channel', 'C0ACCESS', 'C0ACCESS', n::text, now() from (${ids}) as ids`
  await sql`vacuum analyze`
}
