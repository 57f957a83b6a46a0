import { z } from 'zod'
import { fail, ok } from '../../src/core/result.ts'
import { unknownFault } from '../common/faults.ts'
import type { Assignment } from './assignment.ts'
import type { Answered } from './faults.ts'

/** How far AWS is with the creation or the deletion of an assignment. */
export interface AssignmentOperation {
  readonly id: string
  readonly status: 'running' | 'done' | 'failed'
  /** Why it failed, as AWS says it. */
  readonly reason: string
  /** Undefined where it is no person's, or where AWS does not say whose. */
  readonly assignment: Assignment | undefined
}

/** The parts of answers that are used: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Types.html */
export const permissionSetAnswer = z
  .object({ PermissionSet: z.object({ Name: z.string().default(''), SessionDuration: z.string().optional() }) })
  .transform(({ PermissionSet: set }) => ({ name: set.Name, sessionDuration: set.SessionDuration }))

export const permissionSetsPage = pageOf('PermissionSets', z.string())

const assignment = z.object({
  AccountId: z.string(),
  PermissionSetArn: z.string(),
  PrincipalType: z.enum(['USER', 'GROUP']),
  PrincipalId: z.string(),
})
export const assignmentsPage = pageOf('AccountAssignments', assignment)
export type ListedAssignment = z.output<typeof assignment>

const operation = z
  .object({
    RequestId: z.string(),
    Status: z.enum(['IN_PROGRESS', 'SUCCEEDED', 'FAILED']),
    FailureReason: z.string().default('no reason given'),
    TargetId: z.string().optional(),
    PermissionSetArn: z.string().optional(),
    PrincipalType: z.string().optional(),
    PrincipalId: z.string().optional(),
  })
  .transform(
    ({
      RequestId,
      Status,
      FailureReason,
      TargetId,
      PermissionSetArn,
      PrincipalType,
      PrincipalId,
    }): AssignmentOperation => {
      const isWhole = TargetId !== undefined && PermissionSetArn !== undefined && PrincipalId !== undefined
      const isPersons = isWhole && PrincipalType === 'USER'
      return {
        id: RequestId,
        status: STATUSES[Status],
        reason: FailureReason,
        assignment: isPersons
          ? { account: TargetId, permissionSetArn: PermissionSetArn, userId: PrincipalId }
          : undefined,
      }
    },
  )
const STATUSES = { IN_PROGRESS: 'running', SUCCEEDED: 'done', FAILED: 'failed' } as const

export const creationAnswer = z
  .object({ AccountAssignmentCreationStatus: operation })
  .transform((answer) => answer.AccountAssignmentCreationStatus)
export const deletionAnswer = z
  .object({ AccountAssignmentDeletionStatus: operation })
  .transform((answer) => answer.AccountAssignmentDeletionStatus)

const running = z.object({ RequestId: z.string() }).transform(({ RequestId }) => RequestId)
export const creationsPage = pageOf('AccountAssignmentsCreationStatus', running)
export const deletionsPage = pageOf('AccountAssignmentsDeletionStatus', running)

export const userIdAnswer = z.object({ UserId: z.string() }).transform(({ UserId }) => UserId)
export const userAnswer = z
  .object({ UserId: z.string(), UserName: z.string().optional() })
  .transform(({ UserId, UserName }) => ({ id: UserId, userName: UserName ?? UserId }))

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** What AWS answered, as one of these; another shape says nothing for certain. */
export function readAs<T>(shape: z.ZodType<T>, answer: Answered<unknown>): Answered<T> {
  if (!answer.ok) return answer
  const read = shape.safeParse(answer.value)
  return read.success ? ok(read.data) : fail(unknownFault('AWS answered in a shape that is not known'))
}

/** All pages as one list. One that never ends is ended by the deadline of the call. */
export async function everyPage<T>(
  ask: (token: { readonly NextToken?: string }) => Promise<Answered<Page<T>>>,
): Promise<Answered<readonly T[]>> {
  const all: T[] = []
  for (let token = {}; ; ) {
    const page = await ask(token)
    if (!page.ok) return page
    all.push(...page.value.items)
    if (page.value.next === undefined) return ok(all)
    token = { NextToken: page.value.next }
  }
}

function pageOf<Item>(name: string, item: z.ZodType<Item>) {
  const list = z.array(item).default([])
  return z.looseObject({ NextToken: z.string().optional() }).transform((answer, context): Page<Item> => {
    const items = list.safeParse(answer[name])
    if (items.success) return { items: items.data, next: answer.NextToken }
    context.addIssue({ code: 'custom', message: `no ${name}` })
    return z.NEVER
  })
}
