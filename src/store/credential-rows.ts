import type { RequestId } from '../core/ids.ts'
import type { ClaimedCredential, CredentialState, StoredCredential } from '../ports/store/credentials.ts'
import { msOf, msOrNothing, type schema } from './database.ts'

type Row = typeof schema.credential.$inferSelect

export function storedCredential(row: Row): StoredCredential {
  return {
    id: row.id,
    grantId: row.grantId as RequestId,
    state: row.state as CredentialState,
    worksUntil: msOf(row.worksUntil),
    tries: row.tries,
    lastError: row.lastError ?? undefined,
    nextTryAt: msOrNothing(row.nextTryAt),
  }
}

export function claimedCredential(row: Row): ClaimedCredential {
  const { epoch, providerKey, instance, receipt: text, keyId } = row
  const receipt = text === null || keyId === null ? undefined : { text, keyId }
  return { ...storedCredential(row), epoch, providerKey, instance, receipt }
}
