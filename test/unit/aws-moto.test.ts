import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { startAwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { awsClients, refusalOf } from '../support/aws-clients.ts'
import { isMotoInstalled, motoIsMissing, startMoto } from '../support/moto.ts'

const UserName = 'ann'
const GroupName = 'ops'
const PolicyName = 'jit-1'
const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const good = allowing('s3:Get*')
const badDate = good.replace('"Resource"', '"Condition":{"DateLessThan":{"aws:CurrentTime":"tomorrow"}},"Resource"')

/** What somebody sees who does everything twice. */
async function seen(iam: IAMClient): Promise<Record<string, unknown>> {
  const put = (PolicyDocument: string) =>
    refusalOf(iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })))
  const twice = async (call: () => Promise<unknown>) => [await refusalOf(call()), await refusalOf(call())]
  const attachment = { UserName, PolicyArn }
  const membership = { UserName, GroupName }
  return {
    nobody: await refusalOf(iam.send(new GetUserCommand({ UserName: 'eve' }))),
    notJson: await put('{'),
    badDate: await put(badDate),
    put: await twice(() => iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: good }))),
    document: (await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))).PolicyDocument,
    deleted: await twice(() => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }))),
    attached: await twice(() => iam.send(new AttachUserPolicyCommand(attachment))),
    attachments: (await iam.send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies,
    detached: await twice(() => iam.send(new DetachUserPolicyCommand(attachment))),
    joined: await twice(() => iam.send(new AddUserToGroupCommand(membership))),
    groups: (await iam.send(new ListGroupsForUserCommand({ UserName }))).Groups?.map((group) => group.GroupName),
    left: await twice(() => iam.send(new RemoveUserFromGroupCommand(membership))),
  }
}

describe.skipIf(!isMotoInstalled())(`beside moto (or else: ${motoIsMissing})`, () => {
  test('the double of AWS says the same about users, policies and groups', async () => {
    const accounts = { '123456789012': { users: { [UserName]: {} }, groups: { [GroupName]: [] } } }
    const [moto, cloud] = await Promise.all([startMoto(), startAwsCloud({ accounts })])
    try {
      const { iam } = awsClients(moto)
      await iam.send(new CreateUserCommand({ UserName }))
      await iam.send(new CreateGroupCommand({ GroupName }))
      expect(await seen(awsClients(cloud).iam)).toEqual(await seen(iam))
      expect(cloud.problems).toEqual([])
    } finally {
      await Promise.all([moto.stop(), cloud.close()])
    }
  })
})
