import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault, Observation } from '../../src/ports/provider.ts'
import { refused, unknownFault, unseen } from '../common/faults.ts'
import type { Assignment, AssignmentPlace } from './assignment.ts'
import { carryOut } from './carry-out.ts'
import { present, throttledFor, wordsOf } from './faults.ts'
import type { IdentityCenterApi } from './identity-center-api.ts'
import { isUserId } from './identity-center-subjects.ts'
import { PendingOperations } from './pending-operations.ts'

const ABSENT: Observation = { kind: 'at', level: 'absent' }
const ASSIGNED: Observation = { kind: 'at', level: 'assigned' }
const BUSY_SECONDS = 1
const UNDELETABLE_MAX = 1000

/**
 * A person's own assignment to an account by a permission set. What a group of theirs has is another thing: it is not seen here, nothing is
 * taken of it, and with it they are in the account whatever this says.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/howtoassignpermissions.html
 */
export class AssignmentSlot {
  readonly #pending = new PendingOperations()
  /** Assignments of users who are gone, of which AWS said that it cannot delete them for that reason. */
  readonly #undeletable = new Set<string>()

  /**
   * Nothing is said while AWS is at work on it: `throttled`. Absent is said of an account and a permission set that our credential sees;
   * or of a permission set that the instance has no more, for AWS deletes none that is assigned.
   */
  async observe(api: IdentityCenterApi, { id }: Subject, place: AssignmentPlace): Promise<Result<Observation, Fault>> {
    if (!isUserId(id)) return fail(nobody)
    const assignment = { ...place, userId: id }
    const [set, running] = await Promise.all([
      api.permissionSet(place.permissionSetArn),
      this.#pending.isRunning(api, assignment),
    ])
    if (!running.ok) return running
    if (running.value) return fail(throttledFor(BUSY_SECONDS))
    if (!set.ok) return set.error.kind === 'missing' ? absenceWithoutSet(api, place) : fail(set.error)
    const listed = await isListed(api, assignment)
    if (!listed.ok) return listed
    if (!listed.value) return ok(ABSENT)
    return this.#undeletable.has(keyOf(assignment)) ? whetherUserIsGone(api, id) : ok(ASSIGNED)
  }

  /** A second creation of what is there changes nothing. https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html */
  async raise(api: IdentityCenterApi, { id }: Subject, place: AssignmentPlace): Promise<Result<undefined, Fault>> {
    if (!isUserId(id)) return fail(nobody)
    const assignment = { ...place, userId: id }
    const created = await carryOut(api, 'create', assignment)
    if (!created.ok) {
      const error = created.error.kind === 'missing' ? await whatIsMissing(api, assignment) : created.error
      return fail(error ?? refused('target_unknown', 'AWS finds no such account'))
    }
    const { status, reason } = created.value
    if (status === 'done') return ok(undefined)
    const missing = NOT_FOUND.test(reason) ? await whatIsMissing(api, assignment) : undefined
    return fail(missing ?? failureOf(reason))
  }

  /**
   * What a deletion that failed means is asked of the list. The assignment of a user who is gone may stay there for good, since AWS does not
   * find whose it is (https://github.com/hashicorp/terraform-provider-aws/issues/19341): nobody can use it.
   */
  async lower(api: IdentityCenterApi, { id }: Subject, place: AssignmentPlace): Promise<Result<undefined, Fault>> {
    if (!isUserId(id)) return fail(nobody)
    const assignment = { ...place, userId: id }
    const deleted = await carryOut(api, 'delete', assignment)
    if (!deleted.ok) return deleted.error.kind === 'missing' ? ok(undefined) : fail(deleted.error)
    const { status, reason } = deleted.value
    if (status === 'done') return ok(undefined)
    const listed = await isListed(api, assignment)
    if (listed.ok && !listed.value) return ok(undefined)
    if (NOT_FOUND.test(reason)) this.#noteUndeletable(assignment)
    return fail(failureOf(reason))
  }

  #noteUndeletable(assignment: Assignment): void {
    if (this.#undeletable.size >= UNDELETABLE_MAX) this.#undeletable.clear()
    this.#undeletable.add(keyOf(assignment))
  }
}

/** `Received a 404 status error: the USER assignee … was not found in directory …` */
const NOT_FOUND = /\b404\b|\bnot found\b/i
/** `An unexpected internal service exception was encountered` */
const THEIR_FAULT = /\binternal\b|\btimed? ?out\b|\btoo many\b|\bthrottl|\brate exceeded\b|\b(429|5\d\d) status\b/i

/** AWS has no codes for it, only words. After a failure on its side something may be there all the same. */
function failureOf(reason: string): Fault {
  const words = wordsOf(reason)
  return THEIR_FAULT.test(reason) ? unknownFault(`AWS failed: ${words}`) : refused('invalid', words)
}

async function isListed(api: IdentityCenterApi, assignment: Assignment): Promise<Result<boolean, Fault>> {
  const all = present(await api.assignmentsAt(assignment), `the account ${assignment.account}`)
  if (!all.ok) return all
  return ok(all.value.some((each) => each.PrincipalType === 'USER' && each.PrincipalId === assignment.userId))
}

async function absenceWithoutSet(api: IdentityCenterApi, place: AssignmentPlace): Promise<Result<Observation, Fault>> {
  const all = present(await api.permissionSets(), 'the permission sets')
  if (!all.ok) return all
  const isHidden = all.value.includes(place.permissionSetArn)
  return isHidden ? fail(unseen('our credential does not see the permission set')) : ok(ABSENT)
}

async function whetherUserIsGone(api: IdentityCenterApi, userId: string): Promise<Result<Observation, Fault>> {
  const user = await api.user(userId)
  if (user.ok) return ok(ASSIGNED)
  return user.error.kind === 'missing' ? ok(ABSENT) : fail(user.error)
}

/** Undefined when the person and the permission set are there. */
async function whatIsMissing(
  api: IdentityCenterApi,
  { userId, permissionSetArn }: Assignment,
): Promise<Fault | undefined> {
  const [user, set] = await Promise.all([api.user(userId), api.permissionSet(permissionSetArn)])
  if (!user.ok) return user.error.kind === 'missing' ? nobody : user.error
  if (set.ok) return undefined
  return set.error.kind === 'missing' ? refused('target_unknown', 'the permission set is gone') : set.error
}

function keyOf({ account, permissionSetArn, userId }: Assignment): string {
  return `${account} ${permissionSetArn} ${userId}`
}

const nobody = refused('subject_unknown', 'the identity store knows no such user')
