import { and, asc, eq, exists, inArray, isNotNull, isNull, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Agenda, AgendaWanted, AtWork, DueKind } from '../ports/store/agenda.ts'
import { isOursToWork } from './begun-work.ts'
import { isFreeToUs, isNoneOf, listedOf } from './claims.ts'
import { loadedLast } from './configurations.ts'
import { type Database, schema } from './database.ts'
import { isAbove, isAllGone, isToWarn, warnAt } from './due-grants.ts'
import { isSenderGone } from './live-credentials.ts'
import { KINDS } from './notices.ts'
import { isExtensionOfEnded } from './requests.ts'
import { isNextInThread, root } from './thread-order.ts'

const { accessGrant, credential, homeView, message, notice, request, slot } = schema

/** Filled in when the statement is sent: it is built once. */
const given = {
  replica: sql.placeholder('replica'),
  giveUpSeconds: sql.placeholder('giveUpSeconds'),
  overdueSeconds: sql.placeholder('overdueSeconds'),
  slots: { inFlight: sql.placeholder('slotsInFlight'), busy: sql.placeholder('slotsBusy') },
  configuration: sql.placeholder('configuration'),
  withdrawals: { inFlight: sql.placeholder('withdrawalsInFlight'), busy: sql.placeholder('withdrawalsBusy') },
  messages: { inFlight: sql.placeholder('messagesInFlight') },
  messagesHaveRoom: sql.placeholder('messagesHaveRoom'),
}

type Look = (replica: string, wanted: AgendaWanted) => Promise<Agenda>

/** Of each kind the moment at which the next one is due: one statement, so that an idle sweeper asks once and is done. */
export function agendaIn(db: Database): Look {
  const moments: Readonly<Record<DueKind, SQL>> = {
    ...grantMoments(db),
    ...requestMoments(db),
    ...workMoments(db),
    ...tellingMoments(db),
  }
  const kinds = Object.keys(moments) as DueKind[]
  const inMs = kinds.map((kind) => sql`(extract(epoch from ${moments[kind]} - now()) * 1000)::float8`)
  const all = sql<readonly (number | null)[]>`json_build_array(${sql.join(inMs, sql`, `)})`
  const statement = db
    .select({ all, loadedLast: loadedLast(db) })
    .from(sql`(select 1) as one`)
    .prepare('agenda')
  return async (replica, wanted) => {
    const [row] = await statement.execute({ replica, ...filledIn(wanted) })
    if (row === undefined) throw new Error('the database has no agenda')
    const due = kinds.flatMap((kind, n): readonly (readonly [DueKind, number])[] => {
      const ms = row.all[n]
      return typeof ms === 'number' ? [[kind, ms]] : []
    })
    return { dueInMs: new Map(due), loadedLast: row.loadedLast ?? undefined }
  }
}

function filledIn({ giveUpMs, overdueMs, slots, withdrawals, messages }: AgendaWanted) {
  return {
    giveUpSeconds: giveUpMs / 1000,
    overdueSeconds: overdueMs / 1000,
    slotsInFlight: listedOf(slots.inFlight),
    slotsBusy: listedOf(slots.busy),
    configuration: slots.configuration,
    withdrawalsInFlight: listedOf(withdrawals.inFlight),
    withdrawalsBusy: listedOf(withdrawals.busy),
    messagesInFlight: listedOf(messages.inFlight),
    messagesHaveRoom: messages.hasRoom,
  }
}

/** The earliest of a column, or of a moment made of columns, in the rows of one table. */
function earliest(db: Database, moment: PgColumn | SQL, table: PgTable, where: SQL | undefined): SQL {
  return sql`${db
    .select({ moment: sql`min(${moment})` })
    .from(table)
    .where(where)}`
}

/** Now, when there is such a row. */
function atOnce(db: Database, table: PgTable, where: SQL | undefined): SQL {
  return earliest(db, sql`now()`, table, where)
}

function least(...moments: readonly SQL[]): SQL {
  return sql`least(${sql.join([...moments], sql`, `)})`
}

function after(moment: PgColumn, seconds: Placeholder): SQL {
  return sql`${moment} + make_interval(secs => ${seconds}::float8)`
}

function grantMoments(db: Database) {
  const { state, beganAt, plannedAt, expiresAt, endDueAt, nextTryAt, holdersBefore, holdersTryAt } = accessGrant
  const of = (moment: PgColumn | SQL, where: SQL | undefined) => earliest(db, moment, accessGrant, where)
  const trying = and(eq(state, 'granting'), eq(accessGrant.isWaiting, false))
  return {
    ends: least(
      of(expiresAt, inArray(state, ['granting', 'active'])),
      of(after(beganAt, given.giveUpSeconds), trying),
      of(after(plannedAt, given.giveUpSeconds), eq(state, 'planned')),
    ),
    closings: least(
      earliest(db, credential.answerBy, credential, eq(credential.state, 'intended')),
      atOnce(db, credential, and(eq(credential.state, 'intended'), isSenderGone(db))),
      atOnce(db, accessGrant, isAllGone(db)),
    ),
    preparations: of(nextTryAt, and(eq(state, 'planned'), isNull(accessGrant.subjectId))),
    warnings: of(warnAt, isToWarn),
    alarms: of(
      after(endDueAt, given.overdueSeconds),
      and(eq(state, 'revoking'), isNull(accessGrant.overdueSince), isAbove(db)),
    ),
    comparisons: of(sql`coalesce(${holdersTryAt}, now())`, and(eq(state, 'revoked'), isNotNull(holdersBefore))),
  }
}

function requestMoments(db: Database) {
  const isPending = eq(request.state, 'pending')
  return {
    lapses: least(
      earliest(db, request.lapsesAt, request, isPending),
      atOnce(db, request, and(isPending, exists(isExtensionOfEnded(db)))),
    ),
    reminders: earliest(db, request.remindAt, request, isPending),
    news: atOnce(db, request, eq(request.isNewToHomes, true)),
  }
}

function workMoments(db: Database) {
  const of = (
    table: typeof slot | typeof credential,
    { inFlight, busy }: Record<keyof AtWork, Placeholder>,
    isOurs: SQL | undefined,
  ) => {
    const isFree = and(isFreeToUs(db, table, { replica: given.replica, inFlight }), isNoneOf(table.instance, busy))
    return earliest(db, table.nextTryAt, table, and(isNotNull(table.nextTryAt), isFree, isOurs))
  }
  return {
    slots: of(slot, given.slots, isOursToWork(db, given.configuration)),
    withdrawals: of(credential, given.withdrawals, undefined),
  }
}

function tellingMoments(db: Database) {
  const isFree = isFreeToUs(db, message, { replica: given.replica, ...given.messages })
  // In the order of the index, so that it ends at the first: a minimum would look at all that wait.
  const messages = db
    .select({ moment: message.nextTryAt })
    .from(message)
    .leftJoin(root, eq(root.id, message.parentId))
    .where(and(sql`${given.messagesHaveRoom}::boolean`, isNotNull(message.nextTryAt), isFree, isNextInThread(db)))
    .orderBy(asc(message.nextTryAt))
    .limit(1)
  return {
    messages: sql`${messages}`,
    notices: earliest(db, notice.nextTryAt, notice, inArray(notice.kind, KINDS)),
    homes: earliest(
      db,
      sql`greatest(${homeView.nextPublishAt}, ${homeView.takenUntil})`,
      homeView,
      isNotNull(homeView.nextPublishAt),
    ),
  }
}
