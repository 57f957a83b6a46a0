import { and, eq, inArray, isNull, notExists, type SQL } from 'drizzle-orm'
import { type Database, schema } from './database.ts'

const { accessGrant, credential, replica } = schema

/** One that may come yet, or that nobody has seen dead: what is of unknown outcome has no receipt to wait for. */
export const isLive: SQL = inArray(credential.state, ['intended', 'issued'])

/** Of the grant of the row around it. */
export function liveCredentials(db: Database) {
  return db
    .select({ id: credential.id })
    .from(credential)
    .where(and(eq(credential.grantId, accessGrant.id), isLive))
}

/** Nobody will say any more what became of it: its sender is gone. One that is merely slow may still say so. */
export function isSenderGone(db: Database): SQL {
  const sender = db
    .select({ id: replica.id })
    .from(replica)
    .where(and(eq(replica.id, credential.sender), isNull(replica.goneAt)))
  return notExists(sender)
}

export async function grantsWithCredentials(db: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectDistinct({ grantId: credential.grantId })
    .from(credential)
    .where(and(inArray(credential.grantId, [...ids]), isLive))
  return new Set(rows.map((row) => row.grantId))
}
