import { type Levels, rankOf } from '../../src/core/level.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Entitlement } from '../../src/core/role.ts'
import type { Secret } from '../../src/core/secret.ts'
import type { NativeEnd, Slot, Subject, Target } from '../../src/core/target.ts'
import type { CredentialIssuer, CredentialOrder, Issued, Withdrawal } from '../../src/ports/credential-issuer.ts'
import type { ExpectedAtProvider, Finding, ProviderOnlineCheck } from '../../src/ports/online-check.ts'
import type {
  Caution,
  Cautious,
  Fault,
  GrantOrder,
  Housekeeping,
  Observation,
  Permissions,
  Problem,
  Provider,
} from '../../src/ports/provider.ts'
import { withinDeadline } from '../common/deadline.ts'
import { unseen } from '../common/faults.ts'
import { parseAccountTargets } from './account-targets.ts'
import { cautionsOn } from './cautions.ts'
import { AwsClients } from './clients.ts'
import type { AccountConfig } from './config.ts'
import { parseEntitlement, rolesOf } from './entitlement.ts'
import { instanceOf } from './instance.ts'
import { checkAccount } from './online-check.ts'
import { removeEndings } from './remove-endings.ts'
import { issueSession, SECONDS_WITHOUT_ASKING } from './session-broker.ts'
import { endSession, isSessionDead } from './session-end.ts'
import { roleNameIn } from './session-names.ts'
import { openReceipt } from './session-receipt.ts'
import type { AccountCall, SlotKind } from './slot-kind.ts'
import { slotKinds } from './slot-kinds.ts'
import { resolveUser } from './subjects.ts'

/**
 * One account with its IAM: sessions of a role, which AWS ends with the grant, and slots of its users. Of these only the inline policy has
 * an end of its own; memberships have none, so the provider as a whole promises none.
 *
 * What IAM answers may be older than what it took: it names no bound for that. Ten seconds is what its users wait before they rely on a change
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency). For how late a call may
 * land it names none either: `settleMs` is the design's number. Nor does it say how much it takes at once: when it is too much it throttles,
 * and less is asked.
 */
export class AccountProvider implements Provider, CredentialIssuer, Housekeeping, Cautious, ProviderOnlineCheck {
  readonly instance: string
  readonly vendor = 'AWS'
  readonly timing = { settleMs: 5000, readLagMs: 10_000 }
  readonly mostAtOnce = 64
  readonly credentialSecondsMax: number
  readonly endsWithGrant = true
  readonly needsNoAccount = true
  readonly #config: AccountConfig
  readonly #clients: AwsClients
  /** On which a session was ended early since the start: no role of the configuration may name it any more. */
  readonly #endedOn = new Set<string>()

  constructor(config: AccountConfig) {
    this.instance = instanceOf(config, config.account)
    this.credentialSecondsMax = Math.max(config.session?.secondsMax ?? 0, SECONDS_WITHOUT_ASKING)
    this.#config = config
    this.#clients = new AwsClients(config)
  }

  parseTargets(permissions: Permissions): Result<readonly Target[], readonly Problem[]> {
    return parseAccountTargets(permissions, this.#config)
  }

  parseEntitlement(permissions: Permissions): Result<Entitlement | undefined, readonly Problem[]> {
    return parseEntitlement(this.#config, permissions)
  }

  cautionsOn(permissions: Permissions): readonly Caution[] {
    return cautionsOn(permissions)
  }

  /** A slot of no kind that is known here is a bug or a foreign row: it throws. */
  levels(slotName: string): Levels {
    return ['absent', kindOf(slotName).level]
  }

  expiryOf(slotName: string): NativeEnd {
    return kindOf(slotName).nativeEnd
  }

  levelName(slotName: string, level: string): string {
    const { levelWords } = kindOf(slotName)
    return level === 'absent' ? levelWords.absent : levelWords.there
  }

  resolveSubject(account: { readonly login: string; readonly id?: string }): Promise<Result<Subject, Fault>> {
    return this.#within(undefined, (call) => resolveUser(call, account))
  }

  observe(slot: Slot): Promise<Result<Observation, Fault>> {
    return this.#at(slot, undefined, (call, kind, place) => kind.observe(call, slot.subject, place))
  }

  /** Never writes below what was seen. What carries the end of its grant is sent again where it stands, for the end may have moved. */
  async raise(slot: Slot, to: string, order: GrantOrder): Promise<Result<undefined, Fault>> {
    const levels = this.levels(slot.name)
    const isThere = rankOf(levels, order.seen.level) >= rankOf(levels, to)
    const carriesEnd = order.scope !== undefined && to === order.seen.level
    if (isThere && !carriesEnd) return ok(undefined)
    return this.#at(slot, order.signal, (call, kind, place) => kind.raise(call, slot.subject, { place, order }))
  }

  /** Never writes above what was seen. */
  async lower(slot: Slot, to: string, order: GrantOrder): Promise<Result<undefined, Fault>> {
    const levels = this.levels(slot.name)
    if (rankOf(levels, order.seen.level) <= rankOf(levels, to)) return ok(undefined)
    return this.#at(slot, order.signal, (call, kind, place) => kind.lower(call, slot.subject, { place, order }))
  }

  issue(order: CredentialOrder): Promise<Result<Issued, Fault>> {
    return this.#within(order.signal, (call) => issueSession(this.#config, call, order))
  }

  withdraw(receipt: Secret, { isGivenBack, signal }: Withdrawal): Promise<Result<undefined, Fault>> {
    const opened = openReceipt(receipt)
    this.#endedOn.add(opened.role)
    return this.#within(signal, (call) => endSession(call, opened, isGivenBack))
  }

  isDead(receipt: Secret, signal: AbortSignal): Promise<Result<boolean, Fault>> {
    return this.#within(signal, (call) => isSessionDead(call, openReceipt(receipt)))
  }

  tidy(scopes: readonly string[], signal: AbortSignal): Promise<Result<number, Fault>> {
    const roles = new Set([...rolesOf(this.#config, scopes).map(roleNameIn), ...this.#endedOn])
    if (roles.size === 0) return Promise.resolve(ok(0))
    return removeEndings({ clients: this.#clients, signal }, [...roles].sort())
  }

  checkOnline(expected: ExpectedAtProvider): AsyncIterable<Finding> {
    return checkAccount(this.#config, (act) => this.#within(undefined, act), expected)
  }

  /** A slot of another instance, or spelt in no way of ours, is never asked about: its absence would be somebody else's. */
  async #at<T>(
    slot: Slot,
    signal: AbortSignal | undefined,
    act: (call: AccountCall, kind: SlotKind, place: string) => Promise<Result<T, Fault>>,
  ): Promise<Result<T, Fault>> {
    const kind = findKind(slot.name)
    const place = placeIn(slot.name)
    if (kind === undefined || slot.instance !== this.instance || !kind.isPlace(place))
      return fail(unseen('the slot is not of this instance'))
    return this.#within(signal, (call) => act(call, kind, place))
  }

  #within<T>(signal: AbortSignal | undefined, act: (call: AccountCall) => Promise<T>): Promise<T> {
    return withinDeadline(signal, (inside) =>
      act({ clients: this.#clients, signal: inside, account: this.#config.account }),
    )
  }
}

function findKind(slotName: string): SlotKind | undefined {
  return slotKinds.find(({ name }) => slotName.startsWith(`${name}:`) || slotName === name)
}

function kindOf(slotName: string): SlotKind {
  const kind = findKind(slotName)
  if (kind === undefined) throw new Error(`no slot of AWS's: ${JSON.stringify(slotName)}`)
  return kind
}

function placeIn(slotName: string): string {
  return slotName.slice(slotName.indexOf(':') + 1)
}
