import { fail, ok, type Result } from '../core/result.ts'
import { retryDelayMs } from '../core/retry.ts'
import { accountAt, personById } from '../core/settings.ts'
import type { Subject, Target } from '../core/target.ts'
import { type Fault, lingers, type Provider } from '../ports/provider.ts'
import type { HoldersByTarget, StoredGrant } from '../ports/store/grants.ts'
import type { Tx } from '../ports/store/store.ts'
import { askStandings, goneOf, isUnsure, type Standings, whyGone } from '../usecases/check-people.ts'
import { beginWithoutSlot } from './begin-without-slot.ts'
import type { SweeperDeps } from './deps.ts'
import { giveUpPlanned, whyNotGiven } from './drop-changed.ts'
import { errorOf } from './error-of.ts'
import { faultWords } from './fault-words.ts'
import { listHolders } from './holders.ts'
import type { InFlight } from './in-flight.ts'

const AT_ONCE = 20

/**
 * Planned grants get their slots: whose account it is at the provider, by the vendor's own id, is asked first.
 * Beside the pass, which goes on: a provider that does not answer keeps nobody else's revoke waiting.
 */
export async function prepareGrants(deps: SweeperDeps, inFlight: InFlight<string>, wake: () => void): Promise<number> {
  const due = await deps.store.transact(async (tx) => {
    if ((await tx.loadedLast()) !== deps.settings.hash) return []
    return tx.grants.claimToPrepare(AT_ONCE, (tries) => tx.now + retryDelayMs(tries, deps.random()))
  })
  for (const grant of due) {
    if (inFlight.has(grant.id) || inFlight.countOf(grant.instance) >= AT_ONCE) continue
    inFlight.run(grant.id, grant.instance, () =>
      prepare(deps, grant)
        .catch((error: unknown) => deps.log.error({ grant: grant.id, error: errorOf(error) }, 'prepare_failed'))
        .finally(wake),
    )
  }
  return due.length
}

async function prepare(deps: SweeperDeps, grant: StoredGrant): Promise<void> {
  const provider = deps.providers.get(grant.providerKey)
  if (provider === undefined || provider.instance !== grant.instance) return movedAway(deps, grant)
  const known = await deps.store.transact((tx) => tx.bindings.subjectOf(grant.person, grant.instance))
  const { targets = [], needsNoAccount: isForAnybody = false } =
    (await deps.store.transact((tx) => tx.requests.find(grant.id)))?.role ?? {}
  const [resolved, holders, linger, standings] = await Promise.all([
    isForAnybody ? nobodyThere(grant) : resolve(deps, { grant, provider, known }),
    listHolders(provider, targets),
    longestLinger(provider, targets),
    askStandings(deps, grant.id, 'approved'),
  ])
  const answers: Answers = { provider, isForAnybody, resolved, holders, linger, standings }
  await deps.store.transact((tx) => settle(tx, deps, grant, answers))
}

/** Its provider was removed or points elsewhere, and nothing was given yet: another system is not what was approved. */
function movedAway(deps: SweeperDeps, { id }: StoredGrant): Promise<void> {
  return deps.store.transact(async (tx) => {
    const grant = await tx.grants.lock(id)
    if (grant?.state === 'planned') await giveUpPlanned(tx, grant, { code: 'role_changed', detail: '' })
  })
}

interface Gone {
  readonly kind: 'gone'
  readonly code: string
}

type Resolved = Result<Subject, Fault | Gone>

/** The name of the day may mean somebody else by now: the id that was pinned is followed, never the name. */
async function resolve(
  deps: SweeperDeps,
  about: { readonly grant: StoredGrant; readonly provider: Provider; readonly known: Subject | undefined },
): Promise<Resolved> {
  const { grant, provider, known } = about
  const person = personById(deps.settings, grant.person)
  if (person === undefined) return fail({ kind: 'gone', code: 'requester_gone' })
  const account = accountAt(deps.settings, person, grant.providerKey)
  if (account === undefined) return fail({ kind: 'gone', code: 'no_account' })
  const named = await provider.resolveSubject(account)
  if (known === undefined) return named
  if (named.ok && (named.value.id === known.id || account.id === named.value.id)) return named
  const isGone = !named.ok && named.error.kind === 'refused' && named.error.code === 'subject_unknown'
  if (isGone) return provider.resolveSubject({ login: account.login, id: known.id })
  if (!named.ok) return named
  return fail({ kind: 'refused', code: 'subject_changed', detail: `${account.login} has another id than before` })
}

/** Its credentials need no account of the person's, so none is asked about and none is bound. */
async function nobodyThere({ person }: StoredGrant): Promise<Resolved> {
  return ok({ id: person, login: person })
}

async function longestLinger(provider: Provider, targets: readonly Target[]): Promise<Result<number, Fault>> {
  if (!lingers(provider)) return ok(0)
  let longest = 0
  for (const target of targets) {
    const seconds = await provider.lingerSecondsOf(target)
    if (seconds !== undefined && !seconds.ok) return fail(seconds.error)
    longest = Math.max(longest, seconds?.value ?? 0)
  }
  return ok(longest)
}

interface Answers {
  readonly provider: Provider
  readonly isForAnybody: boolean
  readonly linger: Result<number, Fault>
  readonly resolved: Resolved
  readonly holders: Result<HoldersByTarget, Fault>
  readonly standings: Standings
}

async function settle(
  tx: Tx,
  deps: SweeperDeps,
  { id }: StoredGrant,
  { provider, isForAnybody, resolved, holders, linger, standings }: Answers,
): Promise<void> {
  const grant = await tx.grants.lock(id)
  if (grant?.state !== 'planned' || grant.subjectId !== undefined) return
  const request = await tx.requests.find(id)
  if (request === undefined) throw new Error(`grant ${id} has no request`)
  if ((await tx.loadedLast()) !== deps.settings.hash) return
  const why = await whyNotGiven(tx, deps, request, goneOf(standings))
  if (why !== undefined) return giveUpPlanned(tx, grant, { ...why, detail: whyGone(standings, grant.person) ?? '' })
  if (isUnsure(standings)) return tryAgain(tx, grant, 'the directory cannot be asked about those involved')
  if (!resolved.ok) return failedBy(tx, grant, resolved.error, provider)
  if (!holders.ok) return failedBy(tx, grant, holders.error, provider)
  if (!linger.ok) return failedBy(tx, grant, linger.error, provider)
  const bound = isForAnybody ? ok(undefined) : await bind(tx, grant, resolved.value)
  if (!bound.ok)
    return giveUpPlanned(tx, grant, { code: 'subject_changed', detail: 'the account belongs to another person here' })
  const detail = {
    account: resolved.value,
    targets: request.role.targets,
    scope: request.role.entitlement?.scope,
    role_hash: request.role.hash,
  }
  const event = { name: 'grant_prepared', actor: 'timer', subject: id, detail } as const
  await tx.grants.prepare(id, resolved.value, request.role.targets, event)
  if (linger.value > 0) await tx.grants.setLinger(id, linger.value)
  if (Object.keys(holders.value).length > 0) await tx.grants.setHolders(id, holders.value)
  if (request.role.targets.length === 0) await beginWithoutSlot(tx, deps, request)
  await tx.nudge()
}

/** A final no ends it in words that a person can act on; everything else is tried again until 15 minutes are over. */
async function failedBy(tx: Tx, grant: StoredGrant, fault: Fault | Gone, provider: Provider): Promise<void> {
  if (fault.kind === 'gone') return giveUpPlanned(tx, grant, { code: fault.code, detail: '' })
  if (fault.kind === 'refused') return giveUpPlanned(tx, grant, { code: fault.code, detail: fault.detail })
  await tryAgain(tx, grant, faultWords(fault, provider.vendor))
}

async function tryAgain(tx: Tx, { id }: StoredGrant, error: string): Promise<void> {
  await tx.grants.setError(id, error)
  await tx.requests.touch(id)
}

async function bind(tx: Tx, grant: StoredGrant, subject: Subject): Promise<Result<undefined, undefined>> {
  const { person, instance } = grant
  const known = await tx.bindings.subjectOf(person, instance)
  if (known !== undefined) return ok(undefined)
  const event = { name: 'subject_bound', actor: person, subject: grant.id, detail: { instance, ...subject } } as const
  if (await tx.bindings.bindSubject(person, instance, subject, event)) return ok(undefined)
  // Two first grants of one person in the same instant: the other one pinned it.
  const pinned = await tx.bindings.subjectOf(person, instance)
  return pinned?.id === subject.id ? ok(undefined) : fail(undefined)
}
