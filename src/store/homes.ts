import { and, asc, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import type { PersonId } from '../core/ids.ts'
import type { Homes, StoredHome } from '../ports/store/homes.ts'
import { type Database, dateOf, schema } from './database.ts'
import { requestOf } from './request-rows.ts'

const { homeView, request } = schema

/** Slack says it each time when somebody opens theirs: after an hour nobody looks at what was opened before. */
const OPEN_MS = 3_600_000

export function homesIn(db: Database, now: number): Homes {
  const isOpen = gt(homeView.openedAt, dateOf(now - OPEN_MS))
  const due = { nextPublishAt: dateOf(now), tries: 0 }
  return {
    async open(home) {
      const row = { ...home, openedAt: dateOf(now), ...due }
      const target = [homeView.platform, homeView.person]
      await db.insert(homeView).values(row).onConflictDoUpdate({ target, set: row })
    },
    async openPeople() {
      const rows = await db.selectDistinct({ person: homeView.person }).from(homeView).where(isOpen)
      return rows.map(({ person }) => person as PersonId)
    },
    async changed(people) {
      if (people.length === 0) return
      await db
        .update(homeView)
        .set(due)
        .where(and(isOpen, inArray(homeView.person, [...people])))
    },
    async claimNews(limit) {
      const isNews = eq(request.isNewToHomes, true)
      const rows = await db.select().from(request).where(isNews).limit(limit).for('update', { skipLocked: true })
      const ids = rows.map(({ id }) => id)
      if (ids.length > 0) await db.update(request).set({ isNewToHomes: false }).where(inArray(request.id, ids))
      return rows.map(requestOf)
    },
    claim: (limit, forMs) => claimHomes(db, now, { limit, forMs }),
    ...outcomesIn(db),
  }
}

async function claimHomes(
  db: Database,
  now: number,
  { limit, forMs }: { readonly limit: number; readonly forMs: number },
): Promise<readonly StoredHome[]> {
  const isFree = or(isNull(homeView.takenUntil), lte(homeView.takenUntil, dateOf(now)))
  const rows = await db
    .select()
    .from(homeView)
    .where(and(lte(homeView.nextPublishAt, dateOf(now)), isFree))
    .orderBy(asc(homeView.nextPublishAt))
    .limit(limit)
    .for('update', { skipLocked: true })
  const takenUntil = now + forMs
  // Due again when the turn ends, should its publisher die; a change meanwhile makes it due at once, after the turn.
  const taken = { takenUntil: dateOf(takenUntil), nextPublishAt: dateOf(takenUntil) }
  for (const row of rows) await db.update(homeView).set(taken).where(isRow(row))
  return rows.map(({ platform, person, account, tries }) => ({
    platform,
    person: person as PersonId,
    account,
    tries,
    takenUntil,
  }))
}

function outcomesIn(db: Database): Pick<Homes, 'shown' | 'failed'> {
  const isTaken = (home: StoredHome) => and(isRow(home), eq(homeView.takenUntil, dateOf(home.takenUntil)))
  /** What was made due during the turn stays due. */
  const unlessChanged = (home: StoredHome, at: Date | null) =>
    sql`case when ${homeView.nextPublishAt} = ${dateOf(home.takenUntil).toISOString()}::timestamptz then ${at?.toISOString() ?? null}::timestamptz else ${homeView.nextPublishAt} end`
  return {
    async shown(home) {
      await db
        .update(homeView)
        .set({ takenUntil: null, tries: 0, nextPublishAt: unlessChanged(home, null) })
        .where(isTaken(home))
    },
    async failed(home, atMs) {
      const at = atMs === undefined ? null : dateOf(atMs)
      await db
        .update(homeView)
        .set({ takenUntil: null, tries: home.tries + 1, nextPublishAt: at })
        .where(isTaken(home))
    },
  }
}

function isRow({ platform, person }: Pick<StoredHome, 'platform' | 'person'> | { platform: string; person: string }) {
  return and(eq(homeView.platform, platform), eq(homeView.person, person))
}
