import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetGroupCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccountAliasesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  paginateListUsers,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam'
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, test } from 'vitest'
import { type AwsCloud, startAwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { fault, throttled } from '../doubles/aws/faults.ts'
import type { AwsCloudOptions } from '../doubles/aws/furnish.ts'
import { useCredential } from '../doubles/aws/use-credential.ts'
import { awsClients, refusalOf } from '../support/aws-clients.ts'

const running: AwsCloud[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()))
})

async function started(options: AwsCloudOptions = {}) {
  const account = {
    alias: 'acme',
    users: { ann: {}, bob: {}, sam: {} },
    groups: { ops: ['ann'] },
    roles: { reader: {} },
  }
  const buckets = { reports: { objects: { 'a/hello.txt': 'hello' } } }
  const cloud = await startAwsCloud({ accounts: { '111122223333': account }, buckets, ...options })
  running.push(cloud)
  return { cloud, ...awsClients(cloud) }
}

const readOnly = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const UserName = 'ann'
const PolicyName = 'jit-1'
const dated = (end: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 's3:Get*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:CurrentTime': end } },
    },
  })

test('what is read of an account has the form that the model describes', async () => {
  const { cloud, iam, sts } = await started()
  const { User } = await iam.send(new GetUserCommand({ UserName }))
  expect(User).toMatchObject({
    UserName,
    Arn: `arn:aws:iam::${cloud.home}:user/ann`,
    UserId: expect.stringMatching(/^AIDA/),
  })
  expect((await iam.send(new GetRoleCommand({ RoleName: 'reader' }))).Role?.RoleId).toMatch(/^AROA/)
  expect((await iam.send(new ListRolesCommand({}))).Roles).toHaveLength(1)
  expect((await iam.send(new GetGroupCommand({ GroupName: 'ops' }))).Users?.[0]?.UserName).toBe('ann')
  expect((await iam.send(new GetPolicyCommand({ PolicyArn: readOnly }))).Policy?.PolicyName).toBe(
    'AmazonS3ReadOnlyAccess',
  )
  expect((await iam.send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual(['acme'])
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: cloud.thandArn, Account: cloud.home })
  const key = { AccessKeyId: cloud.credentials.accessKeyId }
  expect((await sts.send(new GetAccessKeyInfoCommand(key))).Account).toBe(cloud.home)
  expect(await refusalOf(iam.send(new GetUserCommand({ UserName: 'eve' })))).toBe('NoSuchEntityException')
  expect(cloud.problems).toEqual([])
})

test('a list comes in pages, and a token goes on with its own list only', async () => {
  const { cloud, iam } = await started({ pageSize: 2 })
  const pages: (string | undefined)[][] = []
  for await (const { Users } of paginateListUsers({ client: iam }, {}))
    pages.push((Users ?? []).map((user) => user.UserName))
  expect(pages).toEqual([
    ['ann', 'bob'],
    ['sam', 'thand'],
  ])
  const { Marker } = await iam.send(new ListUsersCommand({ MaxItems: 1 }))
  expect(await refusalOf(iam.send(new ListRolesCommand({ Marker })))).toBe('ValidationError')
  expect(cloud.problems).toEqual([])
})

describe('an inline policy', () => {
  test('is put twice, read back as a URL has it, and deleted once', async () => {
    const { cloud, iam } = await started()
    for (const end of ['2027-01-01T00:00:00Z', '2027-01-02T00:00:00Z'])
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: dated(end) }))
    const { PolicyDocument = '' } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))
    expect(PolicyDocument).toMatch(/^%7B/)
    expect(decodeURIComponent(PolicyDocument)).toBe(dated('2027-01-02T00:00:00Z'))
    expect((await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual([PolicyName])
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }))
    expect(await refusalOf(iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })))).toBe(
      'NoSuchEntityException',
    )
    expect(cloud.problems).toEqual([])
  })

  test.each([
    ['no JSON', '{', 'MalformedPolicyDocumentException'],
    ['a date that is none', dated('tomorrow'), 'MalformedPolicyDocumentException'],
    [
      'an element that is not known',
      allowing('s3:*').replace('"Effect"', '"Efect":"Allow","Effect"'),
      'MalformedPolicyDocumentException',
    ],
    ['an action of no service', allowing('everything'), 'MalformedPolicyDocumentException'],
    ['no resource', allowing('s3:*').replace(',"Resource":"*"', ''), 'MalformedPolicyDocumentException'],
    [
      'more than 2,048 characters',
      allowing(...Array.from({ length: 120 }, (_, i) => `s3:Get${i}SomeThing`)),
      'LimitExceededException',
    ],
    ['white space beyond the limit', allowing('s3:*') + ' '.repeat(3000), 'none'],
  ])('with %s', async (_, PolicyDocument, refusal) => {
    const { cloud, iam } = await started()
    expect(await refusalOf(iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })))).toBe(refusal)
    expect(cloud.problems).toEqual([])
  })

  test('of a role may be five times as long', async () => {
    const { iam } = await started()
    const PolicyDocument = allowing(...Array.from({ length: 300 }, (_, i) => `s3:Get${i}SomeThing`))
    const put = { RoleName: 'reader', PolicyDocument }
    await iam.send(new PutRolePolicyCommand({ ...put, PolicyName: 'one' }))
    expect(await refusalOf(iam.send(new PutRolePolicyCommand({ ...put, PolicyName: 'two' })))).toBe(
      'LimitExceededException',
    )
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName: 'reader' }))).PolicyNames).toEqual(['one'])
  })

  test('works until its end, whoever is still there to delete it', async () => {
    const { cloud, iam } = await started()
    const key = cloud.hands().createKey('ann')
    const end = Date.now() + 60_000
    const PolicyDocument = dated(new Date(end).toISOString())
    expect((await useCredential(cloud.url, key, '/reports/a/hello.txt')).status).toBe(403)
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }))
    expect((await useCredential(cloud.url, key, '/reports/a/hello.txt')).body).toBe('hello')
    cloud.setClock(() => end)
    expect((await useCredential(cloud.url, key, '/reports/a/hello.txt')).status).toBe(403)
  })
})

test('a membership that is there already is added in silence; one that is not there is not removed', async () => {
  const { cloud, iam } = await started()
  const attachment = { UserName, PolicyArn: readOnly }
  const membership = { UserName, GroupName: 'ops' }
  for (const _ of [1, 2]) {
    await iam.send(new AttachUserPolicyCommand(attachment))
    await iam.send(new AddUserToGroupCommand(membership))
  }
  const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }))
  expect(AttachedPolicies).toEqual([{ PolicyName: 'AmazonS3ReadOnlyAccess', PolicyArn: readOnly }])
  expect((await iam.send(new ListGroupsForUserCommand({ UserName }))).Groups).toHaveLength(1)
  await iam.send(new DetachUserPolicyCommand(attachment))
  await iam.send(new RemoveUserFromGroupCommand(membership))
  expect(await refusalOf(iam.send(new DetachUserPolicyCommand(attachment)))).toBe('NoSuchEntityException')
  expect(await refusalOf(iam.send(new RemoveUserFromGroupCommand(membership)))).toBe('NoSuchEntityException')
  expect(await refusalOf(iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: `${readOnly}s` })))).toBe(
    'NoSuchEntityException',
  )
  expect(cloud.problems).toEqual([])
})

test('a name that IAM does not take is refused, and reported', async () => {
  const { cloud, iam } = await started()
  expect(await refusalOf(iam.send(new GetUserCommand({ UserName: '../ann' })))).toBe('ValidationError')
  expect(cloud.problems).toEqual(['iam GetUser: /UserName does not match [\\w+=,.@-]+'])
})

test('another with the same name has another id', async () => {
  const { cloud, iam } = await started()
  const idOf = async (name: string) => (await iam.send(new GetUserCommand({ UserName: name }))).User?.UserId
  const first = await idOf('ann')
  cloud.hands().renameUser('ann', 'anna')
  expect(await idOf('anna')).toBe(first)
  cloud.hands().createUser('ann')
  expect(await idOf('ann')).not.toBe(first)
  expect(cloud.handJournal.map(({ what }) => what)).toEqual(['renameUser ann anna', 'createUser ann'])
})

describe('what goes wrong on purpose', () => {
  const put = () => new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: allowing('s3:*') })

  test.each([
    ['an answer that is lost', fault.answerLost, 'TimeoutError', true],
    ['an error', fault.error, 'ServiceFailureException', false],
    ['an error after the change', fault.errorAfterApplying, 'ServiceFailureException', true],
    ['throttling', throttled(2), 'Throttling', false],
    ['a key that is refused', fault.invalidToken, 'InvalidClientTokenId', false],
    ['a right that is missing', fault.forbidden, 'AccessDenied', false],
  ])('%s', async (_, planned, refusal, isThere) => {
    const { cloud, iam } = await started()
    cloud.faults.nextWrite(planned)
    await iam.send(new GetUserCommand({ UserName }))
    expect(await refusalOf(iam.send(put()))).toBe(refusal)
    expect(Object.hasOwn(cloud.state.accounts[cloud.home]?.users['ann']?.inline ?? {}, PolicyName)).toBe(isThere)
    expect(cloud.journal.at(-1)?.applied).toBe(isThere)
    await iam.send(put())
  })

  test('silence, and a change that comes late', async () => {
    const { cloud, iam } = await started()
    cloud.faults.next({ operation: 'GetUser' }, fault.silence)
    const signal = AbortSignal.timeout(50)
    expect(await refusalOf(iam.send(new GetUserCommand({ UserName }), { abortSignal: signal }))).toBe('AbortError')
    cloud.faults.nextWrite({ kind: 'late', ms: 300, answer: 'success' })
    const applied = new Promise<void>((resolve) => cloud.onChange(() => resolve()))
    await iam.send(put())
    expect((await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual([])
    await applied
    expect((await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual([PolicyName])
  })

  test('a credential that broke, and everything down', async () => {
    const { cloud, iam, sts } = await started()
    cloud.faults.breakCredential('blind')
    expect(await refusalOf(iam.send(new GetUserCommand({ UserName })))).toBe('AccessDenied')
    expect(await refusalOf(sts.send(new GetCallerIdentityCommand({})))).toBe('none')
    cloud.faults.breakCredential('revoked')
    expect(await refusalOf(sts.send(new GetCallerIdentityCommand({})))).toBe('InvalidClientTokenId')
    cloud.faults.mendCredential()
    cloud.faults.goDown()
    expect(await refusalOf(iam.send(new GetUserCommand({ UserName })))).toBe('ServiceUnavailable')
    cloud.faults.comeBack()
    expect(await refusalOf(iam.send(new GetUserCommand({ UserName })))).toBe('none')
    expect(cloud.problems).toEqual([])
  })
})
