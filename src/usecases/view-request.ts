import type { GrantView, RequestView, SlotView } from '../cards/request-view.ts'
import { isRunning, secondsLeft } from '../core/extension.ts'
import type { Role } from '../core/role.ts'
import { accountAt, nameOf } from '../core/settings.ts'
import { votesToday } from '../core/still-holds.ts'
import { whoMayDecide } from '../core/tally.ts'
import { issuesCredentials } from '../ports/credential-issuer.ts'
import type { Provider } from '../ports/provider.ts'
import type { StoredCredential } from '../ports/store/credentials.ts'
import type { HeldSlot, StoredGrant } from '../ports/store/grants.ts'
import type { StoredRequest, StoredVote } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'

type Viewing = Pick<Deps, 'settings' | 'providers'>

/** Everything that a card shows of a request, as the rows are now. */
export async function viewRequest(tx: Tx, deps: Viewing, request: StoredRequest): Promise<RequestView> {
  const { settings } = deps
  const { role } = request
  const cast = await tx.requests.votes(request.id)
  const votes = request.state === 'pending' ? votesToday(role, cast, settings.people) : cast
  const grant = await tx.grants.find(request.id)
  const provider = deps.providers.get(role.provider)
  const open = request.state === 'pending' ? role.workflow : undefined
  const deciders =
    open === undefined ? [] : whoMayDecide(open, settings.people, { requester: request.requester, votes })
  return {
    id: request.id,
    state: request.state,
    requester: { id: request.requester, name: nameOf(settings, request.requester) },
    roleKey: role.key,
    roleName: role.name,
    providerName: role.providerName,
    vendor: provider?.vendor ?? role.providerName,
    durationSeconds: request.durationSeconds,
    reason: request.reason,
    askedAt: request.askedAt,
    lapsesAt: request.lapsesAt,
    decided: decidedOf(request, deps),
    entitlement: role.entitlement?.words,
    votes: yesVotes(votes).map((vote) => ({ name: nameOf(settings, vote.person), at: vote.votedAt })),
    votesNeeded: role.workflow?.stages.reduce((sum, stage) => sum + stage.quorum, 0) ?? 0,
    deciders: deciders.map((person) => ({ id: person.id, name: person.name })),
    takesReactions: role.workflow?.takesReactions ?? false,
    grant: grant && {
      ...(await viewGrant(tx, deps, grant, { role, provider })),
      leftSeconds: leftOf(request, grant, tx.now),
    },
    extension: request.extension && { of: request.extension.grant, until: request.extension.until },
  }
}

function yesVotes(votes: readonly StoredVote[]): readonly StoredVote[] {
  return votes.filter((vote) => vote.value === 'yes')
}

function decidedOf(request: StoredRequest, { settings }: Viewing): RequestView['decided'] {
  if (request.decidedAt === undefined) return undefined
  const by = request.decidedBy === undefined ? undefined : nameOf(settings, request.decidedBy)
  return { by, at: request.decidedAt, comment: request.decision ?? '' }
}

async function viewGrant(
  tx: Tx,
  deps: Viewing,
  grant: StoredGrant,
  { role, provider }: { readonly role: Role; readonly provider: Provider | undefined },
): Promise<Omit<GrantView, 'leftSeconds'>> {
  const held = await tx.grants.held(grant.id)
  const credentials = role.entitlement === undefined ? [] : await tx.credentials.ofGrant(grant.id)
  const live = credentials.filter(({ state }) => state === 'intended' || state === 'issued')
  const worst = [...held, ...live].toSorted((a, b) => b.tries - a.tries)[0]
  const person = deps.settings.people.find((each) => each.id === grant.person)
  const account =
    held[0]?.login ?? (person && accountAt(deps.settings, person, grant.providerKey)?.login) ?? grant.person
  return {
    state: grant.state,
    startedAt: grant.startedAt,
    expiresAt: grant.expiresAt,
    endDueAt: grant.endDueAt,
    revokedAt: grant.revokedAt,
    endedHow: grant.endedHow,
    endedBy: grant.endedBy === undefined ? undefined : nameOf(deps.settings, grant.endedBy),
    failure: grant.failure && { ...grant.failure, account },
    isOverdue: grant.overdueSince !== undefined && grant.state === 'revoking',
    tries: (worst?.tries ?? grant.attempts) + 1,
    lastError: worst?.lastError ?? grant.lastError,
    nextTryAt: worst?.nextTryAt,
    lingerSeconds: grant.lingerSeconds,
    credentials: {
      ...viewCredentials(credentials, grant, tx.now),
      endThemselves: provider !== undefined && issuesCredentials(provider) && provider.endsWithGrant,
    },
    slots: held.map((slot) => viewSlot(slot, provider, grant)),
  }
}

function leftOf({ role }: StoredRequest, grant: StoredGrant, now: number): number {
  const left = isRunning(grant, now) ? secondsLeft(role, grant) : 0
  return left < role.minDurationSeconds ? 0 : left
}

function viewCredentials(all: readonly StoredCredential[], grant: StoredGrant, now: number) {
  const countOf = (...states: readonly StoredCredential['state'][]) =>
    all.filter(({ state }) => states.includes(state)).length
  // One whose answer came after all was said to be over is taken back still, and nobody received it either.
  const unknownStates = grant.state === 'revoked' ? ['unknown', 'issued'] : ['unknown']
  const unknown = all.filter(({ state, worksUntil }) => unknownStates.includes(state) && worksUntil > now)
  return {
    made: countOf('issued', 'dead', 'expired'),
    live: countOf('intended', 'issued'),
    expired: countOf('expired'),
    unknownUntil: unknown.length === 0 ? undefined : Math.max(...unknown.map((each) => each.worksUntil)),
  }
}

function viewSlot(slot: HeldSlot, provider: Provider | undefined, grant: StoredGrant): SlotView {
  const levels = provider?.levels(slot.slot) ?? ['absent']
  const name = (level: string | undefined) =>
    level === undefined ? undefined : (provider?.levelName(slot.slot, level) ?? level)
  const rank = (level: string | undefined) => (level === undefined ? -1 : levels.indexOf(level))
  return {
    wanted: name(slot.level) ?? slot.level,
    prior: name(slot.prior),
    seen: name(slot.seen),
    account: slot.login,
    nativeEnd: provider?.expiryOf(slot.slot),
    isStanding:
      provider !== undefined &&
      slot.prior !== undefined &&
      !slot.priorIsInvitation &&
      rank(slot.prior) >= rank(slot.level),
    isInvited: provider !== undefined && grant.isWaiting && !slot.isReached && rank(slot.seen) >= rank(slot.level),
    isBack: slot.state === 'watched' || slot.state === 'closed',
  }
}
