import { z } from 'zod'
import type { GrantState } from '../core/grant-state.ts'
import type { PersonId, RequestId } from '../core/ids.ts'
import type { EndedHow, StoredGrant } from '../ports/store/grants.ts'
import { msOf, msOrNothing, type schema } from './database.ts'

const failure = z.object({ code: z.string(), detail: z.string() })

export function grantOf(row: typeof schema.accessGrant.$inferSelect): StoredGrant {
  return {
    id: row.id as RequestId,
    state: row.state as GrantState,
    person: row.person as PersonId,
    providerKey: row.providerKey,
    instance: row.instance,
    subjectId: row.subjectId ?? undefined,
    durationSeconds: row.durationSeconds,
    plannedAt: msOf(row.plannedAt),
    beganAt: msOrNothing(row.beganAt),
    startedAt: msOrNothing(row.startedAt),
    expiresAt: msOrNothing(row.expiresAt),
    endDueAt: msOrNothing(row.endDueAt),
    endedHow: (row.endedHow ?? undefined) as EndedHow | undefined,
    endedBy: row.endedBy ?? undefined,
    failure: row.failure === null ? undefined : failure.parse(row.failure),
    revokedAt: msOrNothing(row.revokedAt),
    overdueSince: msOrNothing(row.overdueSince),
    isWaiting: row.isWaiting,
    attempts: row.attempts,
    lingerSeconds: row.lingerSeconds,
    lastError: row.lastError ?? undefined,
  }
}
