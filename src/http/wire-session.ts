import { plainText } from '../cards/plain-text.ts'
import { requestCard } from '../cards/request-card.ts'
import type { RequestView } from '../cards/request-view.ts'
import type { SessionView } from '../usecases/list-sessions.ts'
import type { Session } from '../wire/session.ts'

export function wireSession({ view, role, targets }: SessionView): Session {
  const { grant } = view
  return {
    id: view.id,
    provider: role.provider,
    provider_name: role.providerName,
    role: role.key,
    role_name: role.name,
    target: targets.join(', '),
    // Approving and planning are one commit: what is approved has a grant.
    state: grant?.state ?? (view.state === 'approved' ? 'planned' : view.state),
    reason: view.reason,
    duration_seconds: view.durationSeconds,
    asked_at: isoOf(view.askedAt),
    ...(view.state === 'pending' ? { lapses_at: isoOf(view.lapsesAt) } : {}),
    decides: view.deciders.map((person) => person.name),
    approved_by: view.votes.map((vote) => vote.name),
    ...timesOf(grant),
    ends: endsOf(view),
    has_credentials: view.entitlement !== undefined,
    title: plainText(requestCard(view, 'holder').title),
  }
}

function timesOf(grant: RequestView['grant']): Partial<Session> {
  if (grant === undefined) return {}
  const { startedAt, expiresAt, revokedAt, endedHow } = grant
  return {
    ...(startedAt === undefined ? {} : { started_at: isoOf(startedAt) }),
    ...(expiresAt === undefined ? {} : { expires_at: isoOf(expiresAt) }),
    ...(revokedAt === undefined ? {} : { ended_at: isoOf(revokedAt) }),
    ...(endedHow === undefined ? {} : { ended_how: endedHow }),
  }
}

function endsOf({ state, grant, vendor, entitlement }: RequestView): string {
  if (state === 'pending') return 'it lapses if nobody decides'
  if (grant === undefined || grant.state === 'revoked') return 'it has ended'
  if (grant.slots.length === 0 && entitlement !== undefined)
    return grant.credentials.endThemselves
      ? `${vendor} ends its credentials by itself at the end`
      : `Thand takes its credentials back at ${vendor} at the end`
  if (entitlement === undefined && grant.slots.some((slot) => slot.isStanding))
    return 'nothing was changed, and nothing will be taken'
  const back = grant.slots[0]?.prior
  return back === undefined
    ? `Thand takes it away at ${vendor} at the end`
    : `Thand sets it back to ${back} at ${vendor} at the end`
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
