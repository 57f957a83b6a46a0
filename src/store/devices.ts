import { and, asc, eq, gt, isNull, type SQL } from 'drizzle-orm'
import type { DeviceId, PersonId } from '../core/ids.ts'
import type { Devices, StoredDevice } from '../ports/store/devices.ts'
import type { Record } from './audit-rows.ts'
import { type Database, dateOf, msOf, schema } from './database.ts'

const { device, refreshToken } = schema

export function devicesIn(db: Database, now: number, record: Record): Devices {
  const living = (where: SQL) =>
    db
      .select()
      .from(device)
      .where(and(where, isAlive(now)))
      .orderBy(asc(device.id))
  return {
    async bind({ aliveUntil, ...one }, event) {
      const at = dateOf(now)
      await db.insert(device).values({ ...one, boundAt: at, seenAt: at, aliveUntil: dateOf(aliveUntil) })
      await record(event)
    },
    async find(id) {
      const [row] = await living(eq(device.id, id))
      return row && deviceOf(row)
    },
    async lock(id) {
      const [row] = await living(eq(device.id, id)).for('update')
      return row && deviceOf(row)
    },
    async ofPerson(person) {
      return (await living(eq(device.person, person))).map(deviceOf)
    },
    async withKey(thumbprint) {
      // Also those that are over without anybody having ended them: one key has one device.
      const isTheirs = and(eq(device.thumbprint, thumbprint), isNull(device.endedAt))
      return (await db.select().from(device).where(isTheirs)).map(deviceOf)
    },
    async end(id, event) {
      const ended = await db
        .update(device)
        .set({ endedAt: dateOf(now) })
        .where(and(eq(device.id, id), isNull(device.endedAt)))
        .returning({ id: device.id })
      if (ended.length === 0) return false
      await record(event)
      return true
    },
    ...tokensIn(db, now),
  }
}

export function isAlive(now: number): SQL | undefined {
  return and(isNull(device.endedAt), gt(device.aliveUntil, dateOf(now)))
}

function tokensIn(db: Database, now: number): Pick<Devices, 'lockToken' | 'useToken' | 'putToken'> {
  return {
    async lockToken(hash) {
      const [row] = await db.select().from(refreshToken).where(eq(refreshToken.hash, hash)).for('update')
      return row && { device: row.deviceId as DeviceId, expiresAt: msOf(row.expiresAt), isUsed: row.usedAt !== null }
    },
    async useToken(hash) {
      await db
        .update(refreshToken)
        .set({ usedAt: dateOf(now) })
        .where(eq(refreshToken.hash, hash))
    },
    async putToken(deviceId, { hash, expiresAt }) {
      const until = dateOf(expiresAt)
      await db.insert(refreshToken).values({ hash, deviceId, issuedAt: dateOf(now), expiresAt: until })
      await db
        .update(device)
        .set({ seenAt: dateOf(now), aliveUntil: until })
        .where(eq(device.id, deviceId))
    },
  }
}

function deviceOf(row: typeof device.$inferSelect): StoredDevice {
  const { name, host, thumbprint, platform, account } = row
  return {
    id: row.id as DeviceId,
    person: row.person as PersonId,
    name,
    host,
    thumbprint,
    platform,
    account,
    boundAt: msOf(row.boundAt),
    seenAt: msOf(row.seenAt),
    aliveUntil: msOf(row.aliveUntil),
  }
}
