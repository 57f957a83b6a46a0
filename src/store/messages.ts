import { isDeepStrictEqual } from 'node:util'
import { and, asc, eq, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import type { Card } from '../cards/card.ts'
import type { RequestId } from '../core/ids.ts'
import type { Messages, Standing, StoredMessage } from '../ports/store/messages.ts'
import { isFreeToUs, listedOf } from './claims.ts'
import { type Database, dateOf, schema } from './database.ts'
import { isNextInThread, root } from './thread-order.ts'

const { message, request } = schema

type Stamp = { readonly now: number; readonly replica: string }

export function messagesIn(db: Database, stamp: Stamp): Messages {
  const { now } = stamp
  return {
    async putCard({ thread, ...card }) {
      const due = { nextTryAt: dateOf(now), tries: 0 }
      const [made] = await db
        .insert(message)
        .values({ ...card, kind: 'card', parentId: thread ?? null, createdAt: dateOf(now), ...due })
        .onConflictDoUpdate({
          target: [message.requestId, message.platform, message.audience, message.place],
          targetWhere: sql`kind = 'card'`,
          set: due,
        })
        .returning({ id: message.id })
      if (made === undefined) throw new Error('no message was stored')
      return made.id
    },
    async adopt(copy) {
      await insertStanding(db, { ...copy, kind: 'copy' }, { now, isDue: true })
    },
    async keep(answer, { canBeRoot, lags }) {
      const how = { now, isDue: lags }
      if (canBeRoot && (await insertStanding(db, { ...answer, kind: 'card' }, how))) return
      await insertStanding(db, { ...answer, kind: 'copy' }, how)
    },
    async putLine(cardId, content) {
      const [card] = await db.select().from(message).where(eq(message.id, cardId))
      if (card === undefined) throw new Error(`no card ${cardId}`)
      const { requestId, platform, audience, place } = card
      const where = { requestId, platform, audience, place }
      const parentId = card.parentId ?? cardId
      await db
        .insert(message)
        .values({ ...where, kind: 'line', parentId, content, createdAt: dateOf(now), nextTryAt: dateOf(now) })
    },
    ...findsIn(db),
    claim: (limit, inFlight) => claimMessages(db, { ...stamp, inFlight }, limit),
    ...outcomesIn(db, stamp),
  }
}

/** False where that message is known, or that place has its card. */
async function insertStanding(
  db: Database,
  { ref, ...standing }: Standing & Pick<StoredMessage, 'kind'>,
  { now, isDue }: { readonly now: number; readonly isDue: boolean },
): Promise<boolean> {
  const stands = { refChannel: ref.channel, refMessage: ref.message, nextTryAt: isDue ? dateOf(now) : null }
  const made = await db
    .insert(message)
    .values({ ...standing, createdAt: dateOf(now), ...stands })
    .onConflictDoNothing()
    .returning({ id: message.id })
  return made.length > 0
}

function findsIn(db: Database): Pick<Messages, 'findRoot' | 'findByRef' | 'isPosting'> {
  return {
    async findRoot(requestId, audience, place) {
      const isOfIt = and(eq(message.requestId, requestId), eq(message.audience, audience), eq(message.kind, 'card'))
      const isRoot = and(isOfIt, place === undefined ? undefined : eq(message.place, place))
      const [row] = await db.select().from(message).where(isRoot).orderBy(asc(message.id)).limit(1)
      return row && messageOf(row, undefined)
    },
    async findByRef(platform, ref) {
      const isIt = and(
        eq(message.platform, platform),
        eq(message.refChannel, ref.channel),
        eq(message.refMessage, ref.message),
      )
      const [row] = await db.select().from(message).where(isIt)
      return row && messageOf(row, undefined)
    },
    async isPosting(platform, channel) {
      const isAt = and(eq(message.audience, 'channel'), eq(message.place, channel))
      const isOfChannel = and(eq(message.platform, platform), isAt)
      const isOnItsWay = and(isNotNull(message.owner), isNotNull(message.nextTryAt), isNull(message.refMessage))
      const found = await db.select({ id: message.id }).from(message).where(and(isOfChannel, isOnItsWay)).limit(1)
      return found.length > 0
    },
  }
}

function outcomesIn(db: Database, { now, replica }: Stamp): Pick<Messages, 'sent' | 'lost' | 'failed'> {
  const isOurs = (one: StoredMessage) =>
    and(eq(message.id, one.id), eq(message.owner, replica), eq(message.epoch, one.epoch))
  return {
    async sent(one, ref, shownRevision) {
      const shown = { refChannel: ref.channel, refMessage: ref.message, shownRevision: shownRevision ?? null }
      const rest = { owner: null, tries: 0, lastError: null, nextTryAt: null }
      const [kept] = await db
        .update(message)
        .set({ ...shown, ...rest })
        .where(isOurs(one))
        .returning({ content: message.content })
      // Only now, under the row's lock: a change that comes after this finds the row as it is left here, and makes it due.
      const [row] = await db.select({ revision: request.revision }).from(request).where(eq(request.id, one.requestId))
      const lags = shownRevision !== undefined && row !== undefined && row.revision > shownRevision
      const isOther = kept !== undefined && !isDeepStrictEqual(kept.content ?? undefined, one.content)
      if (lags || isOther)
        await db
          .update(message)
          .set({ nextTryAt: dateOf(now) })
          .where(eq(message.id, one.id))
    },
    async lost(one) {
      const anew = { owner: null, refChannel: null, refMessage: null, shownRevision: null, tries: 0 }
      await db
        .update(message)
        .set({ ...anew, nextTryAt: dateOf(now) })
        .where(isOurs(one))
    },
    async failed(one, next) {
      const nextTryAt = next.atMs === undefined ? null : dateOf(next.atMs)
      await db
        .update(message)
        .set({ owner: null, nextTryAt, tries: one.tries + 1, lastError: next.error })
        .where(isOurs(one))
    },
  }
}

async function claimMessages(
  db: Database,
  us: Stamp & { readonly inFlight: readonly number[] },
  limit: number,
): Promise<readonly StoredMessage[]> {
  const { now, replica } = us
  const isFree = isFreeToUs(db, message, { replica, inFlight: listedOf(us.inFlight) })
  const due = await db
    .select({ message, root })
    .from(message)
    .leftJoin(root, eq(root.id, message.parentId))
    .where(and(lte(message.nextTryAt, dateOf(now)), isFree, isNextInThread(db)))
    .orderBy(asc(message.nextTryAt), asc(message.id))
    .limit(limit)
    .for('update', { of: message, skipLocked: true })
  if (due.length === 0) return []
  const ids = due.map((one) => one.message.id)
  await db
    .update(message)
    .set({ owner: replica, epoch: sql`${message.epoch} + 1` })
    .where(inArray(message.id, ids))
  return due.map((one) => messageOf({ ...one.message, epoch: one.message.epoch + 1 }, one.root ?? undefined))
}

type Row = typeof message.$inferSelect

function messageOf(row: Row, thread: Row | undefined): StoredMessage {
  return {
    id: row.id,
    epoch: row.epoch,
    requestId: row.requestId as RequestId,
    kind: row.kind as StoredMessage['kind'],
    platform: row.platform,
    audience: row.audience as StoredMessage['audience'],
    place: row.place,
    content: (row.content ?? undefined) as Card | undefined,
    ref: refOf(row),
    threadRef: thread === undefined ? undefined : refOf(thread),
    shownRevision: row.shownRevision ?? undefined,
    tries: row.tries,
    lastError: row.lastError ?? undefined,
  }
}

function refOf(row: Row): StoredMessage['ref'] {
  return row.refChannel === null || row.refMessage === null
    ? undefined
    : { channel: row.refChannel, message: row.refMessage }
}
