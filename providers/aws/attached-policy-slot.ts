import { z } from 'zod'
import { isSameName } from './group-slot.ts'
import type { SlotKind } from './slot-kind.ts'
import { giveUser, observeAmong, takeFromUser } from './user-slot.ts'

/**
 * A managed policy on the user: `policy:arn:aws:iam::aws:policy/ReadOnlyAccess`. It has no end of its own. Attaching it again is silent. What comes by a group is
 * not here.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html, API_AttachUserPolicy.html, API_DetachUserPolicy.html
 */
export const attachedPolicySlot: SlotKind = {
  name: 'policy',
  level: 'attached',
  levelWords: { absent: 'without the policy', there: 'with the policy attached' },
  nativeEnd: 'none',
  isPlace: isPolicyArn,
  observe: (call, subject, place) =>
    observeAmong(call, subject, {
      level: 'attached',
      isIt: (arn) => isSameName(arn, place),
      listOf: (UserName) => ({
        name: 'AttachedPolicies',
        item: z.object({ PolicyArn: z.string() }).transform(({ PolicyArn }) => PolicyArn),
        page: ({ sdk, client, options }, at) =>
          client.send(new sdk.ListAttachedUserPoliciesCommand({ UserName, ...at }), options),
      }),
    }),
  raise: (call, subject, { place: PolicyArn }) =>
    giveUser(call, subject, {
      write: ({ sdk, client, options }, UserName) =>
        client.send(new sdk.AttachUserPolicyCommand({ PolicyArn, UserName }), options),
      otherwise: 'the policy is gone',
      atQuota:
        'the user has as many managed policies as AWS lets a user have (10 unless raised). An administrator detaches one first',
    }),
  lower: (call, subject, { place: PolicyArn }) =>
    takeFromUser(call, subject, ({ sdk, client, options }, UserName) =>
      client.send(new sdk.DetachUserPolicyCommand({ PolicyArn, UserName }), options),
    ),
}

const ARN =
  /^arn:(aws|aws-cn|aws-us-gov):iam::(aws|\d{12}):policy\/(?:[\u0021-\u002e\u0030-\u007e]+\/)*[\w+=,.@-]{1,128}$/

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
export function isPolicyArn(arn: string): boolean {
  return arn.length <= 2048 && ARN.test(arn)
}

/** Whether it can be attached in the account: AWS's own policies, and the account's. */
export function isPolicyOf(arn: string, at: { readonly account: string; readonly partition: string }): boolean {
  const [, partition, owner] = ARN.exec(arn) ?? []
  return isPolicyArn(arn) && partition === at.partition && (owner === 'aws' || owner === at.account)
}
