import { type Levels, rankOf } from '../../src/core/level.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Slot, Subject, Target } from '../../src/core/target.ts'
import type { ExpectedAtProvider, Finding, ProviderOnlineCheck } from '../../src/ports/online-check.ts'
import type {
  Fault,
  GrantOrder,
  Lingering,
  Observation,
  Permissions,
  Problem,
  Provider,
} from '../../src/ports/provider.ts'
import { withinDeadline } from '../common/deadline.ts'
import { refused, unseen } from '../common/faults.ts'
import { type AssignmentPlace, assignmentPlaceIn } from './assignment.ts'
import { AssignmentSlot } from './assignment-slot.ts'
import { parseAssignmentTargets } from './assignment-targets.ts'
import { AwsClients } from './clients.ts'
import type { IdentityCenterConfig } from './config.ts'
import { IdentityCenterApi } from './identity-center-api.ts'
import { checkIdentityCenter } from './identity-center-check.ts'
import { findStoreUser } from './identity-center-subjects.ts'
import { sessionSecondsIn } from './session-duration.ts'

const LEVELS: Levels = ['absent', 'assigned']

/**
 * One instance of IAM Identity Center: assignments of people to accounts, which AWS makes and deletes in its own time. They have no end of
 * their own, and what was opened with one goes on to the end of its session: nothing that this provider may do cuts it (docs/known-limits.md).
 */
export class IdentityCenterProvider implements Provider, Lingering, ProviderOnlineCheck {
  readonly instance: string
  readonly vendor = 'AWS'
  /**
   * What AWS took on is not meant by `settleMs`: a read sees it under way and says nothing. It is for a request that is still on its way
   * when we stop waiting, and for the list of what is under way, of which AWS gives no bound: twice the design's number. That an
   * operation SUCCEEDED is AWS's word that lists show it.
   */
  readonly timing = { settleMs: 10_000, readLagMs: 0 }
  readonly mostAtOnce = 16
  readonly #config: IdentityCenterConfig
  readonly #clients: AwsClients
  readonly #slot = new AssignmentSlot()

  constructor(config: IdentityCenterConfig) {
    const { instanceArn, endpoint } = config
    const id = instanceArn.slice(instanceArn.indexOf('/') + 1)
    this.instance = ['aws', 'sso', id, ...(endpoint === undefined ? [] : [new URL(endpoint).host])]
      .join('|')
      .toLowerCase()
    this.#config = config
    this.#clients = new AwsClients(config)
  }

  parseTargets(permissions: Permissions): Result<readonly Target[], readonly Problem[]> {
    return parseAssignmentTargets(permissions)
  }

  /** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AccountAssignment.html has none. */
  expiryOf(): 'none' {
    return 'none'
  }

  levels(): Levels {
    return LEVELS
  }

  /** Whoever has the same by a group is in the account still when this is absent. */
  levelName(_slotName: string, level: string): string {
    return level === 'absent' ? 'without a direct assignment' : level
  }

  resolveSubject(account: { readonly login: string; readonly id?: string }): Promise<Result<Subject, Fault>> {
    return this.#within(undefined, (api) => findStoreUser(api, account))
  }

  observe(slot: Slot): Promise<Result<Observation, Fault>> {
    return this.#at(slot, undefined, (api, place) => this.#slot.observe(api, slot.subject, place))
  }

  async raise(slot: Slot, to: string, { seen, signal }: GrantOrder): Promise<Result<undefined, Fault>> {
    if (rankOf(LEVELS, seen.level) >= rankOf(LEVELS, to)) return ok(undefined)
    return this.#at(slot, signal, (api, place) => this.#slot.raise(api, slot.subject, place))
  }

  async lower(slot: Slot, to: string, { seen, signal }: GrantOrder): Promise<Result<undefined, Fault>> {
    if (rankOf(LEVELS, seen.level) <= rankOf(LEVELS, to)) return ok(undefined)
    return this.#at(slot, signal, (api, place) => this.#slot.lower(api, slot.subject, place))
  }

  /**
   * Sessions that were begun in time last as long as the permission set says, whatever becomes of the assignment.
   * https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html
   */
  lingerSecondsOf({ slot }: Target): Promise<Result<number, Fault>> | undefined {
    const place = assignmentPlaceIn(this.#config.instanceArn, slot)
    if (place === undefined) return undefined
    return this.#within(undefined, async (api) => {
      const set = await api.permissionSet(place.permissionSetArn)
      if (set.ok) return ok(sessionSecondsIn(set.value.sessionDuration))
      const isGone = set.error.kind === 'missing'
      return fail(isGone ? refused('target_unknown', 'the instance has no such permission set') : set.error)
    })
  }

  checkOnline(expected: ExpectedAtProvider): AsyncIterable<Finding> {
    return checkIdentityCenter(this.#config, (act) => this.#within(undefined, act), expected)
  }

  /** A slot of another instance is never asked about: its absence would be somebody else's. */
  async #at<T>(
    slot: Slot,
    signal: AbortSignal | undefined,
    act: (api: IdentityCenterApi, place: AssignmentPlace) => Promise<Result<T, Fault>>,
  ): Promise<Result<T, Fault>> {
    const place = assignmentPlaceIn(this.#config.instanceArn, slot.name)
    if (place === undefined || slot.instance !== this.instance) return fail(unseen('the slot is not of this instance'))
    return this.#within(signal, (api) => act(api, place))
  }

  #within<T>(outer: AbortSignal | undefined, act: (api: IdentityCenterApi) => Promise<T>): Promise<T> {
    return withinDeadline(outer, (signal) => act(new IdentityCenterApi(this.#clients, this.#config, signal)))
  }
}
