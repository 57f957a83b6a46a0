import { type Levels, rankOf } from '../../src/core/level.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Entitlement } from '../../src/core/role.ts'
import type { Secret } from '../../src/core/secret.ts'
import type { Slot, Subject, Target } from '../../src/core/target.ts'
import type { CredentialIssuer, CredentialOrder, Issued, Withdrawal } from '../../src/ports/credential-issuer.ts'
import type { ExpectedAtProvider, Finding, ProviderOnlineCheck } from '../../src/ports/online-check.ts'
import type {
  Fault,
  GrantOrder,
  HolderList,
  Observation,
  Permissions,
  Problem,
  Provider,
} from '../../src/ports/provider.ts'
import { withinDeadline } from '../common/deadline.ts'
import { unseen } from '../common/faults.ts'
import { type GithubCall, GithubClient } from './client.ts'
import type { GithubConfig } from './config.ts'
import { parseEntitlement } from './entitlement.ts'
import { checkOrganisation } from './online-check.ts'
import { inAllow, parseAllowed } from './only-allowed.ts'
import { lowerInOrganisation, observeOrganisation, raiseInOrganisation } from './organisation-slot.ts'
import { listOwners } from './owners.ts'
import { RepositoryTokens, TOKEN_SECONDS } from './repository-tokens.ts'
import { type GithubSlot, levelNameOf, levelsOf, slotIn } from './slots.ts'
import { findAccount, ownAccountId, subjectOf } from './subjects.ts'
import { parseTargets } from './targets.ts'
import { lowerInTeam, observeTeam, raiseInTeam } from './team-slot.ts'

/**
 * One organisation. Its memberships are facts without an owner and without an end of their own, so a lowering goes back
 * to what was before, never further. GitHub gives no bound for how late a call may land: `settleMs` is the design's
 * number for that. A read after an answered write shows the write.
 */
export class GithubProvider implements Provider, HolderList, CredentialIssuer, ProviderOnlineCheck {
  readonly instance: string
  readonly vendor = 'GitHub'
  readonly timing = { settleMs: 5000, readLagMs: 0 }
  /** 900 points a minute are soon spent, a write takes five (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
  readonly mostAtOnce = 16
  readonly credentialSecondsMax = TOKEN_SECONDS
  readonly endsWithGrant = false
  readonly needsNoAccount = false
  readonly #config: GithubConfig
  readonly #client: GithubClient
  readonly #tokens: RepositoryTokens
  #ownId: Result<number | undefined, Fault> | undefined

  constructor(config: GithubConfig) {
    const { host, pathname } = new URL(config.apiUrl)
    const endpoint = `${host}${pathname}`.replace(/\/+$/, '')
    this.instance = `github|${endpoint}|${config.org}`.toLowerCase()
    this.#config = config
    this.#client = new GithubClient(config)
    this.#tokens = new RepositoryTokens(this.#client, config)
  }

  parseTargets(permissions: Permissions): Result<readonly Target[], readonly Problem[]> {
    const allowed = parseAllowed(permissions)
    return allowed.ok ? inAllow(parseTargets(this.#config, allowed.value)) : allowed
  }

  /** A membership has no end. https://docs.github.com/en/rest/orgs/members#set-organization-membership-for-a-user */
  expiryOf(): 'none' {
    return 'none'
  }

  levels(slotName: string): Levels {
    return levelsOf(slotName)
  }

  levelName(slotName: string, level: string): string {
    return levelNameOf(slotName, level)
  }

  resolveSubject(account: { readonly login: string; readonly id?: string }): Promise<Result<Subject, Fault>> {
    return this.#within(undefined, async (call) => {
      const [ownId, found] = await Promise.all([this.#ownAccountId(call), findAccount(call, account)])
      return ownId.ok ? subjectOf(found, ownId.value) : ownId
    })
  }

  observe(slot: Slot): Promise<Result<Observation, Fault>> {
    return this.#at(slot, undefined, (call, { subject }, place) =>
      place.kind === 'org' ? observeOrganisation(call, subject) : observeTeam(call, subject, place.slug),
    )
  }

  /** Never writes a level below the one that was seen. */
  async raise(slot: Slot, to: string, { seen, signal }: GrantOrder): Promise<Result<undefined, Fault>> {
    const levels = levelsOf(slot.name)
    if (rankOf(levels, seen.level) >= rankOf(levels, to)) return ok(undefined)
    const { invite } = this.#config
    return this.#at(slot, signal, (call, { subject }, place) =>
      place.kind === 'org'
        ? raiseInOrganisation(call, subject, to)
        : raiseInTeam(call, subject, { slug: place.slug, to, invite }),
    )
  }

  /** Never writes a level above the one that was seen. */
  async lower(slot: Slot, to: string, { seen, signal }: GrantOrder): Promise<Result<undefined, Fault>> {
    const levels = levelsOf(slot.name)
    if (rankOf(levels, seen.level) <= rankOf(levels, to)) return ok(undefined)
    return this.#at(slot, signal, (call, { subject }, place) =>
      place.kind === 'org'
        ? lowerInOrganisation(call, subject, { to, seen })
        : lowerInTeam(call, subject, { slug: place.slug, to }),
    )
  }

  /** Owners make owners: before and after a grant of ownership the list of them is compared. */
  holdersOf({ slot, level }: Target): Promise<Result<readonly string[], Fault>> | undefined {
    const place = slotIn(this.#config.org, slot)
    return place?.kind === 'org' && level === 'admin' ? this.#within(undefined, listOwners) : undefined
  }

  parseEntitlement(permissions: Permissions): Result<Entitlement | undefined, readonly Problem[]> {
    return inAllow(parseEntitlement(this.#config, permissions.allow))
  }

  issue(order: CredentialOrder): Promise<Result<Issued, Fault>> {
    return withinDeadline(order.signal, (signal) => this.#tokens.issue({ ...order, signal }))
  }

  withdraw(receipt: Secret, order: Withdrawal): Promise<Result<undefined, Fault>> {
    return withinDeadline(order.signal, (signal) => this.#tokens.withdraw(receipt, signal))
  }

  isDead(receipt: Secret, outer: AbortSignal): Promise<Result<boolean, Fault>> {
    return withinDeadline(outer, (signal) => this.#tokens.isDead(receipt, signal))
  }

  checkOnline(expected: ExpectedAtProvider): AsyncIterable<Finding> {
    return checkOrganisation(this.#config, this.#client, expected)
  }

  /** Asked until it was answered once: a token is one account's for ever. */
  async #ownAccountId(call: GithubCall): Promise<Result<number | undefined, Fault>> {
    if (!this.#ownId?.ok) this.#ownId = await ownAccountId(call)
    return this.#ownId
  }

  /** A slot of another instance is never asked about: its 404 would be somebody else's. */
  async #at<T>(
    slot: Slot,
    signal: AbortSignal | undefined,
    act: (call: GithubCall, slot: Slot, place: GithubSlot) => Promise<Result<T, Fault>>,
  ): Promise<Result<T, Fault>> {
    const place = slotIn(this.#config.org, slot.name)
    if (place === undefined || slot.instance !== this.instance) return fail(unseen('the slot is not of this instance'))
    return this.#within(signal, (call) => act(call, slot, place))
  }

  #within<T>(signal: AbortSignal | undefined, act: (call: GithubCall) => Promise<T>): Promise<T> {
    return withinDeadline(signal, (inside) => act(this.#client.during(inside)))
  }
}
