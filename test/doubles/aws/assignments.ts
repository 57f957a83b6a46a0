import { randomUUID } from 'node:crypto'
import type { Call, Need, Operation } from './call.ts'
import { optionalText, text } from './call.ts'
import {
  type Assignment,
  type AssignmentOperation,
  assignmentsOf,
  type IdentityCenter,
  isSame,
  type PrincipalType,
} from './identity-center.ts'
import { tokenPage } from './page.ts'
import { proceed } from './provision.ts'
import { Refusal } from './refusal.ts'
import { centerOf, notFound, onSet, permissionSetOf, ssoNeed } from './sso.ts'
import { held } from './state.ts'

type Kind = AssignmentOperation['kind']

const words = { create: 'Creation', delete: 'Deletion' } as const

export const assignmentOperations: readonly (readonly [string, Operation])[] = [
  ['CreateAccountAssignment', { needs: onSetInAccount, answer: (call) => begin(call, 'create') }],
  ['DeleteAccountAssignment', { needs: onSetInAccount, answer: (call) => begin(call, 'delete') }],
  ['DescribeAccountAssignmentCreationStatus', { needs: onInstance, answer: (call) => describe(call, 'create') }],
  ['DescribeAccountAssignmentDeletionStatus', { needs: onInstance, answer: (call) => describe(call, 'delete') }],
  ['ListAccountAssignmentCreationStatus', { needs: onInstance, answer: (call) => listStatus(call, 'create') }],
  ['ListAccountAssignmentDeletionStatus', { needs: onInstance, answer: (call) => listStatus(call, 'delete') }],
  ['ListAccountAssignments', { needs: onSetInAccount, answer: list }],
  ['ListAccountAssignmentsForPrincipal', { needs: onInstance, answer: listForPrincipal }],
]

/** Answers before anything is done. While an operation on the same assignment runs there is no second. */
function begin(call: Call, kind: Kind) {
  const center = centerOf(call)
  const assignment = assignmentAsked(call, center)
  proceed(call.state, call.now, false)
  if (center.operations.some((each) => each.status === 'IN_PROGRESS' && isSame(each, assignment))) {
    proceed(call.state, call.now, true)
    throw new Refusal('ConflictException', 400, 'There is a conflicting operation in process.')
  }
  const isThere = center.assignments.some((each) => isSame(each, assignment))
  if (kind === 'delete' && !isThere && center.deletingAbsent === 'refused') throw notFound('Account assignment')
  const operation: AssignmentOperation = {
    ...assignment,
    kind,
    id: randomUUID(),
    status: 'IN_PROGRESS',
    failure: center.failures.shift() ?? failure(center, assignment, kind === 'delete' && !isThere),
    startedAt: call.now,
    finishesAt: call.now + center.pace.ms,
    pollsLeft: center.pace.polls,
  }
  center.operations.push(operation)
  return { [`AccountAssignment${words[kind]}Status`]: statusShape(operation) }
}

function assignmentAsked(call: Call, center: IdentityCenter): Assignment {
  const set = permissionSetOf(call, center)
  if (held(call.state.accounts, text(call, 'TargetId')) === undefined) throw notFound('Account')
  const principalType: PrincipalType = text(call, 'PrincipalType') === 'GROUP' ? 'GROUP' : 'USER'
  return {
    target: text(call, 'TargetId'),
    permissionSet: set.arn,
    principalType,
    principalId: text(call, 'PrincipalId'),
  }
}

/** A principal that is gone is noticed late; its assignments can still be deleted. */
function failure(center: IdentityCenter, assignment: Assignment, isDeletingAbsent: boolean): string | undefined {
  if (isDeletingAbsent)
    return center.deletingAbsent === 'failed' ? 'Received a 404 status error: no such assignment' : undefined
  const { principalType, principalId } = assignment
  const principals = principalType === 'USER' ? center.users : center.groups
  const isKnown = held<unknown>(principals, principalId) !== undefined
  const isAssigned = center.assignments.some((each) => isSame(each, assignment))
  return isKnown || isAssigned ? undefined : `Received a 404 status error: ${principalType} ${principalId} not found`
}

function describe(call: Call, kind: Kind) {
  const center = centerOf(call)
  proceed(call.state, call.now, true)
  const id = text(call, `AccountAssignment${words[kind]}RequestId`)
  const operation = center.operations.find((each) => each.kind === kind && each.id === id)
  if (!operation) throw notFound('Request')
  return { [`AccountAssignment${words[kind]}Status`]: statusShape(operation) }
}

function listStatus(call: Call, kind: Kind) {
  const center = centerOf(call)
  proceed(call.state, call.now, true)
  const filter = call.parameters['Filter']
  const wanted: unknown = filter !== null && typeof filter === 'object' ? Reflect.get(filter, 'Status') : undefined
  const found = center.operations.filter((each) => each.kind === kind && (wanted ?? each.status) === each.status)
  const shapes = found.map(({ id, status, startedAt }) => ({ Status: status, RequestId: id, CreatedDate: startedAt }))
  return tokenPage(call, `AccountAssignments${words[kind]}Status`, shapes)
}

function list(call: Call) {
  const center = centerOf(call)
  proceed(call.state, call.now, true)
  const { arn } = permissionSetOf(call, center)
  const account = text(call, 'AccountId')
  if (held(call.state.accounts, account) === undefined) throw notFound('Account')
  const found = center.assignments.filter((each) => each.permissionSet === arn && each.target === account)
  return tokenPage(call, 'AccountAssignments', found.map(assignmentShape))
}

/** Of a user: also what their groups have, told as the group's. */
function listForPrincipal(call: Call) {
  const center = centerOf(call)
  proceed(call.state, call.now, true)
  const filter = call.parameters['Filter']
  const account: unknown = filter !== null && typeof filter === 'object' ? Reflect.get(filter, 'AccountId') : undefined
  const type: PrincipalType = text(call, 'PrincipalType') === 'GROUP' ? 'GROUP' : 'USER'
  const all = assignmentsOf(center, type, text(call, 'PrincipalId'))
  const found = all.filter(({ target }) => account === undefined || target === account)
  return tokenPage(call, 'AccountAssignments', found.map(assignmentShape))
}

function assignmentShape({ target, permissionSet, principalType, principalId }: Assignment) {
  return { AccountId: target, PermissionSetArn: permissionSet, PrincipalType: principalType, PrincipalId: principalId }
}

function statusShape(operation: AssignmentOperation) {
  const { target, permissionSet, principalType, principalId, failure } = operation
  return {
    Status: operation.status,
    RequestId: operation.id,
    ...(operation.status === 'FAILED' && { FailureReason: failure }),
    TargetId: target,
    TargetType: 'AWS_ACCOUNT',
    PermissionSetArn: permissionSet,
    PrincipalType: principalType,
    PrincipalId: principalId,
    CreatedDate: operation.startedAt,
  }
}

function onInstance(call: Call): readonly Need[] {
  return [ssoNeed(call, text(call, 'InstanceArn'))]
}

function onSetInAccount(call: Call): readonly Need[] {
  const target = optionalText(call, 'TargetId') ?? text(call, 'AccountId')
  return [...onSet(call), ssoNeed(call, `arn:aws:sso:::account/${target}`)]
}
