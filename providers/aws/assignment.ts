import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Problem } from '../../src/ports/provider.ts'

/** One person's own access to one account by one permission set. */
export interface Assignment extends AssignmentPlace {
  readonly userId: string
}

export interface AssignmentPlace {
  /** 12 digits. */
  readonly account: string
  readonly permissionSetArn: string
}

const BEGINNING = 'assignment:'
/** Narrower than what AWS would take for the id of a permission set, so that none has two spellings. */
const PLACE = /^(\d{12})\/(ps-[\da-z]{16})$/

/** `assignment:123456789012/ps-0123456789abcdef` for what a role names as its target. */
export function assignmentSlotName(target: string): Result<string, Pick<Problem, 'expected'>> {
  if (PLACE.test(target)) return ok(`${BEGINNING}${target}`)
  return fail({ expected: 'an account and the id of a permission set, such as 123456789012/ps-0123456789abcdef' })
}

/** Undefined where the slot is no assignment of this instance. */
export function assignmentPlaceIn(instanceArn: string, slotName: string): AssignmentPlace | undefined {
  if (!slotName.startsWith(BEGINNING)) return undefined
  const [, account, id] = PLACE.exec(slotName.slice(BEGINNING.length)) ?? []
  if (account === undefined || id === undefined) return undefined
  return { account, permissionSetArn: `${instanceArn.replace(':instance/', ':permissionSet/')}/${id}` }
}

export function isSameAssignment(one: Assignment, other: Assignment): boolean {
  const isSamePlace = one.account === other.account && one.permissionSetArn === other.permissionSetArn
  return isSamePlace && one.userId === other.userId
}
