import { and, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { DeviceId, PersonId } from '../core/ids.ts'
import type { DeviceLogin, DeviceLogins, LoginState } from '../ports/store/devices.ts'
import { type Database, dateOf, msOf, msOrNothing, schema } from './database.ts'

const { deviceLogin, wrongCodes } = schema
const moments = z.array(z.number())

export function deviceLoginsIn(db: Database, now: number): DeviceLogins {
  const locked = async (where: ReturnType<typeof eq>) => {
    const [row] = await db.select().from(deviceLogin).where(where).for('update')
    return row && loginOf(row)
  }
  return {
    async insert({ expiresAt, ...login }) {
      const made = await db
        .insert(deviceLogin)
        .values({ ...login, askedAt: dateOf(now), expiresAt: dateOf(expiresAt) })
        .onConflictDoNothing()
        .returning({ id: deviceLogin.id })
      return made.length > 0
    },
    lock: (id) => locked(eq(deviceLogin.id, id)),
    lockByDeviceCode: (hash) => locked(eq(deviceLogin.deviceCodeHash, hash)),
    lockByUserCode: (hash) => locked(eq(deviceLogin.userCodeHash, hash)),
    async show(id, { person, account }) {
      const isIt = eq(deviceLogin.id, id)
      await db
        .update(deviceLogin)
        .set({ person, ...account })
        .where(isIt)
    },
    async polled(id, intervalSeconds) {
      const isIt = eq(deviceLogin.id, id)
      await db
        .update(deviceLogin)
        .set({ polledAt: dateOf(now), intervalSeconds })
        .where(isIt)
    },
    async move(id, { from, to, device }) {
      const moved = await db
        .update(deviceLogin)
        .set({ state: to, ...(device === undefined ? {} : { deviceId: device }) })
        .where(and(eq(deviceLogin.id, id), eq(deviceLogin.state, from)))
        .returning({ id: deviceLogin.id })
      return moved.length > 0
    },
    async lockWrongCodes(person) {
      await db.insert(wrongCodes).values({ person, at: [] }).onConflictDoNothing()
      const [row] = await db.select().from(wrongCodes).where(eq(wrongCodes.person, person)).for('update')
      return moments.parse(row?.at)
    },
    async putWrongCodes(person, at) {
      await db.update(wrongCodes).set({ at }).where(eq(wrongCodes.person, person))
    },
  }
}

/** What is over serves nobody, an hour later not even for an answer that says so. */
export async function dropOldLogins(db: Database, now: number): Promise<void> {
  const { refreshToken } = schema
  await db.delete(deviceLogin).where(lt(deviceLogin.expiresAt, dateOf(now - 3600_000)))
  await db.delete(refreshToken).where(lt(refreshToken.expiresAt, dateOf(now)))
}

function loginOf(row: typeof deviceLogin.$inferSelect): DeviceLogin {
  const { id, name, host, thumbprint, address, person, platform, tenant, account, intervalSeconds } = row
  const isShown = person !== null && platform !== null && tenant !== null && account !== null
  return {
    id,
    state: row.state as LoginState,
    name,
    host,
    thumbprint,
    address,
    shownTo: isShown ? { person: person as PersonId, account: { platform, tenant, account } } : undefined,
    device: (row.deviceId ?? undefined) as DeviceId | undefined,
    askedAt: msOf(row.askedAt),
    expiresAt: msOf(row.expiresAt),
    polledAt: msOrNothing(row.polledAt),
    intervalSeconds,
  }
}
