import { randomUUID } from 'node:crypto'
import { type Call, type Need, type Operation, optionalText, text } from './call.ts'
import type { IdentityCenter, PermissionSet, Provisioning } from './identity-center.ts'
import { tokenPage } from './page.ts'
import { parsePolicy } from './policy-document.ts'
import { proceed } from './provision.ts'
import { accessDenied, invalid, Refusal } from './refusal.ts'
import { held } from './state.ts'

export const permissionSetOperations: readonly (readonly [string, Operation])[] = [
  ['ListInstances', { needs: (call) => [ssoNeed(call, '*')], answer: listInstances }],
  ['ListPermissionSets', { needs: (call) => [ssoNeed(call, text(call, 'InstanceArn'))], answer: listSets }],
  ['DescribePermissionSet', { needs: onSet, answer: describeSet }],
  ['GetInlinePolicyForPermissionSet', { needs: onSet, answer: getInline }],
  ['PutInlinePolicyToPermissionSet', { needs: onSet, answer: putInline }],
  ['DeleteInlinePolicyFromPermissionSet', { needs: onSet, answer: deleteInline }],
  ['ProvisionPermissionSet', { needs: onSet, answer: beginProvisioning }],
  [
    'DescribePermissionSetProvisioningStatus',
    { needs: (call) => [ssoNeed(call, text(call, 'InstanceArn'))], answer: describeProvisioning },
  ],
]

function listInstances(call: Call) {
  const { identityCenter: center } = call.state
  const isTheirs = center !== undefined && center.account === call.caller.account
  const { instanceArn = '', storeId = '', account = '' } = center ?? {}
  const shape = { InstanceArn: instanceArn, IdentityStoreId: storeId, OwnerAccountId: account, Status: 'ACTIVE' }
  return tokenPage(call, 'Instances', isTheirs ? [shape] : [])
}

function listSets(call: Call) {
  return tokenPage(call, 'PermissionSets', Object.keys(centerOf(call).permissionSets))
}

function describeSet(call: Call) {
  const { arn, name, sessionSeconds, createdAt } = permissionSetOf(call, centerOf(call))
  const SessionDuration = `PT${Math.floor(sessionSeconds / 3600)}H`
  return { PermissionSet: { Name: name, PermissionSetArn: arn, CreatedDate: createdAt, SessionDuration } }
}

function getInline(call: Call) {
  const { inline } = permissionSetOf(call, centerOf(call))
  return inline === undefined ? {} : { InlinePolicy: inline }
}

/** Counts where the set is provisioned from now on; elsewhere only after ProvisionPermissionSet. */
function putInline(call: Call) {
  const set = permissionSetOf(call, centerOf(call))
  parsePolicy(text(call, 'InlinePolicy'))
  set.inline = text(call, 'InlinePolicy')
  return {}
}

function deleteInline(call: Call) {
  const set = permissionSetOf(call, centerOf(call))
  if (set.inline === undefined) throw notFound('Inline policy')
  set.inline = undefined
  return {}
}

function beginProvisioning(call: Call) {
  const center = centerOf(call)
  const set = permissionSetOf(call, center)
  const target = optionalText(call, 'TargetId')
  const isForOne = text(call, 'TargetType') === 'AWS_ACCOUNT'
  if (isForOne !== (target !== undefined)) throw invalid('TargetId is for the target type AWS_ACCOUNT.')
  if (center.provisionings.some((each) => each.status === 'IN_PROGRESS' && each.permissionSet === set.arn)) {
    proceed(call.state, call.now, true)
    throw new Refusal('ConflictException', 400, 'There is a conflicting operation in process.')
  }
  const provisioning: Provisioning = {
    id: randomUUID(),
    permissionSet: set.arn,
    target,
    status: 'IN_PROGRESS',
    failure: undefined,
    startedAt: call.now,
    finishesAt: call.now + center.pace.ms,
    pollsLeft: center.pace.polls,
  }
  center.provisionings.push(provisioning)
  return { PermissionSetProvisioningStatus: provisioningShape(provisioning) }
}

function describeProvisioning(call: Call) {
  const center = centerOf(call)
  proceed(call.state, call.now, true)
  const found = center.provisionings.find(({ id }) => id === text(call, 'ProvisionPermissionSetRequestId'))
  if (!found) throw notFound('Request')
  return { PermissionSetProvisioningStatus: provisioningShape(found) }
}

function provisioningShape({ id, status, permissionSet, target, startedAt }: Provisioning) {
  const shape = { Status: status, RequestId: id, PermissionSetArn: permissionSet, CreatedDate: startedAt }
  return { ...shape, ...(target !== undefined && { AccountId: target }) }
}

/** The instance that the request names, which only the account sees that manages it. */
export function centerOf(call: Call): IdentityCenter {
  const { identityCenter: center } = call.state
  if (!center || center.account !== call.caller.account)
    throw accessDenied('The instance is managed by another account.')
  if (text(call, 'InstanceArn') !== center.instanceArn) throw notFound('Instance')
  return center
}

export function permissionSetOf(call: Call, { permissionSets }: IdentityCenter): PermissionSet {
  const set = held(permissionSets, text(call, 'PermissionSetArn'))
  if (!set) throw notFound('PermissionSet')
  return set
}

export function notFound(what: string): Refusal {
  return new Refusal('ResourceNotFoundException', 400, `${what} not found`)
}

export function ssoNeed({ operation }: Call, resource: string): Need {
  return { action: `sso:${operation}`, resource }
}

/** Both have to be allowed. */
export function onSet(call: Call): readonly Need[] {
  return [ssoNeed(call, text(call, 'InstanceArn')), ssoNeed(call, text(call, 'PermissionSetArn'))]
}
