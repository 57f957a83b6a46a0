import { randomUUID } from 'node:crypto'
import { lt, sql } from 'drizzle-orm'
import type { AuditEvent } from '../core/audit.ts'
import type { Heard, Store, Tx } from '../ports/store/store.ts'
import { agendaIn } from './agenda.ts'
import { historyOf, type Record, recordInto } from './audit-rows.ts'
import { bindingsIn } from './bindings.ts'
import { configurationsIn } from './configurations.ts'
import { credentialsIn } from './credentials.ts'
import { type Database, dateOf, NUDGE_CHANNEL, nowMs, schema } from './database.ts'
import { deviceLoginsIn, dropOldLogins } from './device-logins.ts'
import { devicesIn } from './devices.ts'
import { codeOf } from './error-code.ts'
import { figuresOf } from './figures.ts'
import { grantsIn } from './grants.ts'
import { homesIn } from './homes.ts'
import { messagesIn } from './messages.ts'
import { noticesIn } from './notices.ts'
import { openAccessIn } from './open-access.ts'
import { placesIn } from './places.ts'
import { addReplica, beatReplica, nextLock } from './replicas.ts'
import { requestsIn } from './requests.ts'
import { slotsIn } from './slots.ts'

/** What the two engines do differently. */
export interface Engine {
  readonly db: Database
  /** The same database through other connections, where there are several. */
  readonly dbApart: Database
  listen(channel: string, listener: () => void): Promise<void>
  /** Holds the lock of this replica for as long as its session lives; once more when that session was lost. */
  hold(lock: number): Promise<void>
  /** Declares gone whose lock is free. */
  watchOver(self: Self): Promise<void>
  tidy(): Promise<void>
  close(): Promise<void>
}

/** This process in the table of replicas, and the number that it locks while it lives. */
export interface Self {
  readonly id: string
  readonly lock: number
}

const DEADLOCK_TRIES_MAX = 6

/** `heard` is told every event of the record, once its transaction is committed. */
export async function createStore(engine: Engine, heard: Heard = () => undefined): Promise<Store> {
  let self = await register(engine)
  await engine.watchOver(self)
  const through = (db: Database, agenda = agendaIn(db)): Store => ({
    get replica() {
      return self.id
    },
    transact: (work) => transact({ db, heard, replica: () => self.id }, work),
    apart: () => through(engine.dbApart),
    agenda: (wanted) => agenda(self.id, wanted),
    onNudge: (listener) => engine.listen(NUDGE_CHANNEL, listener),
    async beat() {
      await engine.hold(self.lock)
      if (!(await beatReplica(engine.dbApart, self.id))) self = await register(engine)
      await engine.watchOver(self)
    },
    async tidy() {
      const now = await nowMs(db)
      await db.delete(schema.delivery).where(lt(schema.delivery.keepUntil, dateOf(now)))
      await dropOldLogins(db, now)
      await engine.tidy()
    },
    close: () => engine.close(),
  })
  return through(engine.db)
}

/** Its lock is held before anybody can see it: whose lock is free is taken for gone. */
async function register(engine: Engine): Promise<Self> {
  const self = { id: randomUUID(), lock: await nextLock(engine.db) }
  await engine.hold(self.lock)
  await addReplica(engine.db, self)
  return self
}

interface Through {
  readonly db: Database
  readonly heard: Heard
  readonly replica: () => string
}

async function transact<T>({ db, heard, replica }: Through, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    const events: AuditEvent[] = []
    try {
      const result = await db.transaction(async (inner) => {
        const now = await nowMs(inner)
        const record = recordInto(inner, now, (event) => events.push(event))
        return work(txOf(inner, { now, replica: replica(), record }))
      })
      for (const event of events) heard(event)
      return result
    } catch (error) {
      const isVictim = ['40P01', '40001'].includes(codeOf(error) ?? '')
      if (!isVictim || tried === DEADLOCK_TRIES_MAX) throw error
    }
  }
}

function txOf(db: Database, at: { readonly now: number; readonly replica: string; readonly record: Record }): Tx {
  const { now, replica, record } = at
  return {
    now,
    requests: requestsIn(db, now, record),
    grants: grantsIn(db, now, record),
    slots: slotsIn(db, { now, record, replica }),
    credentials: credentialsIn(db, { now, record, replica }),
    messages: messagesIn(db, { now, replica }),
    homes: homesIn(db, now),
    places: placesIn(db, now),
    bindings: bindingsIn(db, now, record),
    deviceLogins: deviceLoginsIn(db, now),
    devices: devicesIn(db, now, record),
    openAccess: openAccessIn(db, now),
    notices: noticesIn(db, now),
    record,
    history: (subject) => historyOf(db, subject),
    figures: () => figuresOf(db),
    async takeDelivery(id, keepSeconds) {
      const row = { id, keepUntil: dateOf(now + keepSeconds * 1000) }
      const taken = await db
        .insert(schema.delivery)
        .values(row)
        .onConflictDoNothing()
        .returning({ id: schema.delivery.id })
      return taken.length > 0
    },
    async nudge() {
      await db.execute(sql`select pg_notify(${NUDGE_CHANNEL}, '')`)
    },
    ...configurationsIn(db, now),
  }
}
