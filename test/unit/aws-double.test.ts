import { GetUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, expect, test } from 'vitest'
import { type AwsCloud, type AwsCloudOptions, startAwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { useCredential } from '../doubles/aws/use-credential.ts'

const running: AwsCloud[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()))
})

async function started(options: AwsCloudOptions = {}): Promise<AwsCloud> {
  const cloud = await startAwsCloud({
    accounts: {
      '111122223333': {
        alias: 'acme',
        users: { ann: {}, bob: {} },
        groups: { ops: ['ann'], empty: [] },
        roles: { reader: { policies: { read: allowing('s3:*') } } },
      },
    },
    buckets: { reports: { objects: { 'a/hello.txt': 'hello' } } },
    ...options,
  })
  running.push(cloud)
  return cloud
}

const clientOptions = (cloud: AwsCloud) => ({
  endpoint: cloud.url,
  region: cloud.region,
  credentials: cloud.credentials,
  maxAttempts: 1,
})

test('smoke', async () => {
  const cloud = await started()
  const iam = new IAMClient(clientOptions(cloud))
  const sts = new STSClient(clientOptions(cloud))
  expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(cloud.thandArn)
  expect((await iam.send(new GetUserCommand({ UserName: 'ann' }))).User?.UserName).toBe('ann')
  await iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'jit-1', PolicyDocument: allowing('s3:*') }))
  const got = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${cloud.home}:role/reader`,
      RoleSessionName: 'jit-1',
      Policy: allowing('s3:GetObject'),
    }),
  )
  expect(got.Credentials?.AccessKeyId).toMatch(/^ASIA/)
  expect(cloud.problems).toEqual([])
})

test('a session is used, within its policy', async () => {
  const cloud = await started()
  const sts = new STSClient(clientOptions(cloud))
  const RoleArn = `arn:aws:iam::${cloud.home}:role/reader`
  const order = { RoleArn, RoleSessionName: 'jit-1', Policy: allowing('s3:GetObject') }
  const { Credentials } = await sts.send(new AssumeRoleCommand(order))
  const credential = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
  expect(await useCredential(cloud.url, credential, '/reports/a/hello.txt')).toEqual({ status: 200, body: 'hello' })
  expect((await useCredential(cloud.url, credential, '/reports?list-type=2')).status).toBe(403)
})
