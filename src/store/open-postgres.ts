import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import type { Secret } from '../core/secret.ts'
import type { Heard, Store } from '../ports/store/store.ts'
import { createStore, type Engine } from './create-store.ts'
import { schema } from './database.ts'
import { migrationsFolder } from './migrations-folder.ts'
import { declareGone, othersOf, REPLICA_LOCKS } from './replicas.ts'

const MIGRATION_LOCK = 746_000
const APPLICATION = 'thand'
const TIMEOUTS = { statement_timeout: 5_000, lock_timeout: 4_000, idle_in_transaction_session_timeout: 10_000 }
const SESSION = { application_name: APPLICATION, ...TIMEOUTS }
/** Longer than any transaction whose process is awake waits for it. */
const STOPPED_AFTER_SECONDS = 12
/** Seconds until the driver connects again: a database that is back is found within one, not within the driver's 20. */
const backoff = (tries: number) => Math.min(0.05 * 2 ** tries, 1)
// The driver's own look at array types, of which we have none, has nobody who hears that it failed.
const QUIET = { onnotice: () => undefined, connect_timeout: 5, backoff, fetch_types: false }

export async function openPostgres(
  url: Secret,
  options: { readonly migrate: boolean; readonly heard?: Heard | undefined },
): Promise<Store> {
  if (options.migrate) await migratePostgres(url)
  const client = postgres(url.reveal(), { ...QUIET, max: 10, connection: SESSION })
  const apart = postgres(url.reveal(), { ...QUIET, max: 6, connection: SESSION })
  // One session that this replica keeps for its life: when it is gone, so are we.
  const life = postgres(url.reveal(), { ...QUIET, max: 1, idle_timeout: 0, max_lifetime: null, connection: SESSION })
  return createStore(engineOf({ client, apart, life }), options.heard)
}

/** Migrates under our own lock, on one connection: replicas may start together, and the migrator takes no lock. */
export async function migratePostgres(url: Secret): Promise<void> {
  const client = postgres(url.reveal(), { ...QUIET, max: 1 })
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder() })
    await client`select pg_advisory_unlock(${MIGRATION_LOCK})`
  } finally {
    await client.end({ timeout: 5 })
  }
}

type Clients = Readonly<Record<'client' | 'apart' | 'life', postgres.Sql>>

function engineOf({ client, apart, life }: Clients): Engine {
  const db = drizzle(client, { schema })
  const dbApart = drizzle(apart, { schema })
  return {
    db,
    dbApart,
    async listen(channel, listener) {
      await client.listen(channel, listener, listener)
    },
    async hold(lock) {
      await life`select pg_try_advisory_lock(${REPLICA_LOCKS}, ${lock})
        where not exists (select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
          and classid = ${REPLICA_LOCKS} and objid = ${lock})`
    },
    async watchOver(self) {
      await endStopped(life)
      for (const other of await othersOf(dbApart, self.id)) {
        await dbApart.transaction(async (tx) => {
          const lock = sql<boolean>`pg_try_advisory_xact_lock(${REPLICA_LOCKS}, ${other.lock})`
          const [row] = await tx.select({ isFree: lock }).from(sql`(select 1) as one`)
          if (row?.isFree === true) await declareGone(tx, other.id)
        })
      }
    },
    tidy: async () => undefined,
    async close() {
      await Promise.all([client, apart, life].map((each) => each.end({ timeout: 5 })))
    },
  }
}

/**
 * A process that is stopped, or a machine that is frozen, in the middle of a statement keeps its locks: PostgreSQL waits for
 * the rest of it, and none of its time-outs counts meanwhile. The others end such a session.
 */
async function endStopped(life: postgres.Sql): Promise<void> {
  await life`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user and application_name = ${APPLICATION}
      and state <> 'idle' and wait_event = 'ClientRead' and pid <> pg_backend_pid()
      and xact_start < now() - make_interval(secs => ${STOPPED_AFTER_SECONDS})`
}
