import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  DescribeGroupCommand,
  DescribeUserCommand,
  GetUserIdCommand,
  ListGroupMembershipsForMemberCommand,
  ListUsersCommand,
} from '@aws-sdk/client-identitystore'
import {
  CreateAccountAssignmentCommand,
  DeleteAccountAssignmentCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  DescribePermissionSetCommand,
  DescribePermissionSetProvisioningStatusCommand,
  GetInlinePolicyForPermissionSetCommand,
  ListAccountAssignmentCreationStatusCommand,
  ListAccountAssignmentsCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListInstancesCommand,
  ListPermissionSetsCommand,
  ProvisionPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
} from '@aws-sdk/client-sso-admin'
import { afterEach, describe, expect, test } from 'vitest'
import { type AwsCloud, startAwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { throttled } from '../doubles/aws/faults.ts'
import { useCredential } from '../doubles/aws/use-credential.ts'
import { awsClients, refusalOf } from '../support/aws-clients.ts'

const running: AwsCloud[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()))
})

const target = '444455556666'
const ann = 'ann@acme.example'

async function started() {
  const permissionSets = { Reader: { inline: allowing('s3:*'), sessionSeconds: 7200 }, Admin: {} }
  const cloud = await startAwsCloud({
    accounts: { '111122223333': {}, [target]: {} },
    identityCenter: { users: [ann, 'bob@acme.example'], groups: { ops: [ann] }, permissionSets },
    buckets: { reports: { account: target, objects: { x: 'x' } } },
    pageSize: 1,
  })
  running.push(cloud)
  const center = cloud.state.identityCenter
  if (!center) throw new Error('no center')
  const InstanceArn = center.instanceArn
  const PermissionSetArn = Object.keys(center.permissionSets)[0]
  const PrincipalId = Object.keys(center.users)[0] ?? ''
  const principal = { PrincipalType: 'USER', PrincipalId } as const
  const wanted = { InstanceArn, PermissionSetArn, TargetId: target, TargetType: 'AWS_ACCOUNT', ...principal } as const
  const clients = awsClients(cloud)
  const create = async () => {
    const { AccountAssignmentCreationStatus: made } = await clients.sso.send(new CreateAccountAssignmentCommand(wanted))
    return { InstanceArn, AccountAssignmentCreationRequestId: made?.RequestId }
  }
  const created = async (request: Awaited<ReturnType<typeof create>>) => {
    const command = new DescribeAccountAssignmentCreationStatusCommand(request)
    return (await clients.sso.send(command)).AccountAssignmentCreationStatus
  }
  return { cloud, center, wanted, create, created, ...clients }
}

test('what is read has the form that the model describes, in pages', async () => {
  const { cloud, center, sso, store, wanted } = await started()
  const { InstanceArn, PermissionSetArn } = wanted
  const IdentityStoreId = center.storeId
  expect((await sso.send(new ListInstancesCommand({}))).Instances).toMatchObject([{ InstanceArn, IdentityStoreId }])
  const { PermissionSets, NextToken } = await sso.send(new ListPermissionSetsCommand({ InstanceArn }))
  expect(PermissionSets).toEqual([PermissionSetArn])
  expect((await sso.send(new ListPermissionSetsCommand({ InstanceArn, NextToken }))).PermissionSets).toHaveLength(1)
  const { PermissionSet } = await sso.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn }))
  expect(PermissionSet).toMatchObject({ Name: 'Reader', SessionDuration: 'PT2H' })
  const inline = await sso.send(new GetInlinePolicyForPermissionSetCommand({ InstanceArn, PermissionSetArn }))
  expect(inline.InlinePolicy).toBe(allowing('s3:*'))
  const byName = { UniqueAttribute: { AttributePath: 'emails.value', AttributeValue: 'Ann@acme.example' } }
  const { UserId } = await store.send(new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: byName }))
  expect(UserId).toBe(wanted.PrincipalId)
  expect((await store.send(new DescribeUserCommand({ IdentityStoreId, UserId }))).UserName).toBe(ann)
  expect((await store.send(new ListUsersCommand({ IdentityStoreId }))).Users).toHaveLength(1)
  const memberships = new ListGroupMembershipsForMemberCommand({ IdentityStoreId, MemberId: { UserId: UserId ?? '' } })
  const GroupId = (await store.send(memberships)).GroupMemberships?.[0]?.GroupId
  expect((await store.send(new DescribeGroupCommand({ IdentityStoreId, GroupId }))).DisplayName).toBe('ops')
  const unknown = { IdentityStoreId, UserId: '00000000-0000-0000-0000-000000000000' }
  expect(await refusalOf(store.send(new DescribeUserCommand(unknown)))).toBe('ResourceNotFoundException')
  expect(cloud.problems).toEqual([])
})

describe('an assignment', () => {
  test('is made after the answer; meanwhile another request on it is a conflict', async () => {
    const { cloud, center, sso, wanted, create, created } = await started()
    center.pace.polls = 2
    const request = await create()
    expect(await refusalOf(sso.send(new CreateAccountAssignmentCommand(wanted)))).toBe('ConflictException')
    expect(await refusalOf(sso.send(new DeleteAccountAssignmentCommand(wanted)))).toBe('ConflictException')
    expect((await created(request))?.Status).toBe('SUCCEEDED')
    const { InstanceArn, PermissionSetArn } = wanted
    const list = new ListAccountAssignmentsCommand({ InstanceArn, PermissionSetArn, AccountId: target })
    expect((await sso.send(list)).AccountAssignments).toHaveLength(1)
    expect(cloud.problems).toEqual([])
  })

  test('takes as long as it is told to', async () => {
    const { cloud, center, create, created } = await started()
    center.pace = { ms: 5000, polls: 0 }
    const request = await create()
    expect((await created(request))?.Status).toBe('IN_PROGRESS')
    const later = Date.now() + 5000
    cloud.setClock(() => later)
    expect((await created(request))?.Status).toBe('SUCCEEDED')
  })

  test('made twice is there once; taken twice is not found', async () => {
    const { center, sso, wanted, create, created } = await started()
    center.pace.polls = 0
    for (const _ of [1, 2]) expect((await created(await create()))?.Status).toBe('SUCCEEDED')
    expect(center.assignments).toHaveLength(1)
    const { AccountAssignmentDeletionStatus: status } = await sso.send(new DeleteAccountAssignmentCommand(wanted))
    const request = { InstanceArn: wanted.InstanceArn, AccountAssignmentDeletionRequestId: status?.RequestId }
    const done = await sso.send(new DescribeAccountAssignmentDeletionStatusCommand(request))
    expect(done.AccountAssignmentDeletionStatus?.Status).toBe('SUCCEEDED')
    expect(center.assignments).toEqual([])
    expect(await refusalOf(sso.send(new DeleteAccountAssignmentCommand(wanted)))).toBe('ResourceNotFoundException')
  })

  test('fails late: for a reason that is told, or because the principal is gone', async () => {
    const { cloud, center, sso, wanted, create, created } = await started()
    center.pace.polls = 0
    center.failures.push('An unexpected internal service exception was encountered')
    expect(await created(await create())).toMatchObject({
      Status: 'FAILED',
      FailureReason: expect.stringMatching('unexpected'),
    })
    cloud.center().deleteUser(ann)
    expect(await created(await create())).toMatchObject({
      Status: 'FAILED',
      FailureReason: expect.stringMatching('not found'),
    })
    const failed = { InstanceArn: wanted.InstanceArn, Filter: { Status: 'FAILED' } } as const
    const { NextToken } = await sso.send(new ListAccountAssignmentCreationStatusCommand(failed))
    expect(NextToken).toBeDefined()
  })

  test('of a person is told apart from that of a group of theirs', async () => {
    const { cloud, sso, wanted } = await started()
    cloud.center().setAssignment({ account: target, permissionSet: 'Reader', group: 'ops' }, true)
    const { InstanceArn, PrincipalId } = wanted
    const ask = new ListAccountAssignmentsForPrincipalCommand({ InstanceArn, PrincipalId, PrincipalType: 'USER' })
    expect((await sso.send(ask)).AccountAssignments).toMatchObject([{ PrincipalType: 'GROUP', AccountId: target }])
    expect(cloud.center().isAssigned({ account: target, permissionSet: 'Reader', user: ann })).toBe(false)
  })
})

describe('a session of somebody who signed in', () => {
  test('outlives the assignment, and is cut by a deny in the permission set once that is provisioned', async () => {
    const { cloud, center, sso, wanted } = await started()
    center.pace.polls = 0
    const assignment = { account: target, permissionSet: 'Reader', user: ann }
    expect(() => cloud.center().signIn(ann, target, 'Reader')).toThrow()
    cloud.center().setAssignment(assignment, true)
    const credential = cloud.center().signIn(ann, target, 'Reader')
    const status = async () => (await useCredential(cloud.url, credential, '/reports/x')).status
    cloud.center().setAssignment(assignment, false)
    expect(await status()).toBe(200)

    const { InstanceArn, PermissionSetArn, PrincipalId } = wanted
    const set = { InstanceArn, PermissionSetArn }
    const Condition = { StringEquals: { 'identitystore:UserId': PrincipalId } }
    const allow: unknown = JSON.parse(allowing('s3:*')).Statement[0]
    const Statement = [allow, { Effect: 'Deny', Action: '*', Resource: '*', Condition }]
    const InlinePolicy = JSON.stringify({ Version: '2012-10-17', Statement })
    await sso.send(new PutInlinePolicyToPermissionSetCommand({ ...set, InlinePolicy }))
    expect(await status()).toBe(200)
    const provision = new ProvisionPermissionSetCommand({ ...set, TargetType: 'ALL_PROVISIONED_ACCOUNTS' })
    const { PermissionSetProvisioningStatus: begun } = await sso.send(provision)
    const request = { InstanceArn, ProvisionPermissionSetRequestId: begun?.RequestId }
    const done = await sso.send(new DescribePermissionSetProvisioningStatusCommand(request))
    expect(done.PermissionSetProvisioningStatus?.Status).toBe('SUCCEEDED')
    expect(await status()).toBe(403)
    expect(cloud.problems).toEqual([])
  })

  test('has a role that only Identity Center changes', async () => {
    const { cloud } = await started()
    cloud.center().setAssignment({ account: target, permissionSet: 'Reader', user: ann }, true)
    const name = Object.keys(cloud.state.accounts[target]?.roles ?? {}).find((each) => each.startsWith('AWSReserved'))
    cloud.hands(target).createUser('sam')
    cloud.hands(target).setInline('user', 'sam', 'all', allowing('*'))
    const { iam } = awsClients(cloud, cloud.hands(target).createKey('sam'))
    const put = { RoleName: name, PolicyName: 'jit-1', PolicyDocument: allowing('*') }
    expect(await refusalOf(iam.send(new PutRolePolicyCommand(put)))).toBe('UnmodifiableEntityException')
  })
})

test('refusals are in the words of these services', async () => {
  const { cloud, sso, wanted } = await started()
  const ask = (more: object) => refusalOf(sso.send(new CreateAccountAssignmentCommand({ ...wanted, ...more })))
  cloud.faults.nextWrite(throttled())
  expect(await ask({})).toBe('ThrottlingException')
  expect(await ask({ TargetId: '1' })).toBe('ValidationException')
  expect(await ask({ TargetId: '999999999999' })).toBe('ResourceNotFoundException')
  cloud.faults.breakCredential('blind')
  expect(await ask({})).toBe('AccessDeniedException')
  cloud.faults.breakCredential('revoked')
  expect(await ask({})).toBe('UnrecognizedClientException')
  expect(cloud.problems).toHaveLength(2)
})
