import { z } from 'zod'
import { type PersonId, personIdOf, type RequestId } from '../core/ids.ts'
import type { RequestState } from '../core/request-state.ts'
import type { StoredRequest, StoredVote } from '../ports/store/requests.ts'
import { msOf, msOrNothing, type schema } from './database.ts'

const people = z.object({ users: z.array(z.string().transform(personIdOf)), groups: z.array(z.string()) })
const scope = people.extend({ domains: z.array(z.string()) })

/** A role as it was stored with its request; a row that is not one is a bug, and is thrown. */
const storedRole = z.object({
  key: z.string(),
  provider: z.string(),
  providerName: z.string(),
  name: z.string(),
  description: z.string(),
  isEnabled: z.boolean(),
  targets: z.array(z.object({ slot: z.string(), level: z.string(), own: z.object({ scope: z.string() }).optional() })),
  entitlement: z.object({ scope: z.string(), words: z.string() }).optional(),
  needsNoAccount: z.literal(true).optional(),
  scopes: z.object({ allow: scope, within: z.array(scope).optional(), deny: scope }),
  workflow: z
    .object({
      key: z.string(),
      name: z.string(),
      channel: z.string(),
      pendingSeconds: z.number(),
      takesReactions: z.boolean(),
      notify: z.enum(['mention', 'direct', 'none']),
      stages: z.array(z.object({ approvers: people, quorum: z.number() })),
    })
    .optional(),
  maxDurationSeconds: z.number(),
  minDurationSeconds: z.number(),
  defaultDurationSeconds: z.number(),
  reason: z.object({ isRequired: z.boolean(), pattern: z.string() }),
  hash: z.string(),
})

type Row = typeof schema.request.$inferSelect

export function requestOf(row: Row): StoredRequest {
  const role = storedRole.parse(row.role)
  return {
    id: row.id as RequestId,
    state: row.state as RequestState,
    revision: row.revision,
    requester: row.requester as PersonId,
    role: { ...role, workflow: role.workflow },
    reason: row.reason,
    durationSeconds: row.durationSeconds,
    platform: row.platform,
    askedAt: msOf(row.askedAt),
    lapsesAt: msOf(row.lapsesAt),
    decidedAt: msOrNothing(row.decidedAt),
    decidedBy: (row.decidedBy ?? undefined) as PersonId | undefined,
    decision: row.decision ?? undefined,
    ...extensionOf(row),
  }
}

function extensionOf({ extendsGrant, extendsUntil }: Row): Pick<StoredRequest, 'extension'> {
  if (extendsGrant === null || extendsUntil === null) return {}
  return { extension: { grant: extendsGrant as RequestId, until: msOf(extendsUntil) } }
}

export function voteOf(row: typeof schema.vote.$inferSelect): StoredVote {
  return {
    person: row.person as PersonId,
    value: row.value as StoredVote['value'],
    stage: row.stage,
    comment: row.comment,
    platform: row.platform,
    account: row.account,
    delivery: row.delivery,
    cardRevision: row.cardRevision,
    reactedAt: row.reactedAt ?? undefined,
    votedAt: msOf(row.votedAt),
  }
}
