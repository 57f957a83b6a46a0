import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { parseRequestId } from '../../src/core/ids.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { refused } from '../common/faults.ts'
import { askIam } from './iam.ts'
import { inlinePolicy } from './policies.ts'
import type { AccountCall, SlotChange, SlotKind } from './slot-kind.ts'
import { readStatements } from './statement.ts'
import { underNameToday } from './subjects.ts'
import { giveUser, observeAmong, takeFromUser } from './user-slot.ts'

/**
 * A policy of the grant's own on the user: `inline:req_7k2mq9xd` is the policy `jit-req_7k2mq9xd`. Its end is in it, so AWS ends it to the second by its own
 * clock, whatever becomes of Thand; taking it away is tidying, and the early end.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html, API_DeleteUserPolicy.html, API_ListUserPolicies.html
 */
export const inlineSlot: SlotKind = {
  name: 'inline',
  level: 'attached',
  levelWords: { absent: 'without the policy', there: 'with a policy of its own' },
  nativeEnd: 'hard',
  isPlace: isGrantId,
  observe: (call, subject, place) =>
    observeAmong(call, subject, {
      level: 'attached',
      isIt: (name) => name === policyNameOf(place),
      listOf: (UserName) => ({
        name: 'PolicyNames',
        item: z.string(),
        page: ({ sdk, client, options }, at) =>
          client.send(new sdk.ListUserPoliciesCommand({ UserName, ...at }), options),
      }),
    }),
  raise: raiseInline,
  lower: (call, subject, { place }) =>
    takeFromUser(call, subject, ({ sdk, client, options }, UserName) =>
      client.send(new sdk.DeleteUserPolicyCommand({ PolicyName: policyNameOf(place), UserName }), options),
    ),
}

/** Where it stands already nothing is written, unless it says something else: then most often its end has moved. */
async function raiseInline(
  call: AccountCall,
  subject: Subject,
  { place, order }: SlotChange,
): Promise<Result<undefined, Fault>> {
  const { scope, endsAt, seen } = order
  if (scope === undefined || endsAt === undefined) return fail(endless)
  const PolicyDocument = inlinePolicy(readStatements(scope), endsAt)
  if (seen.level !== 'absent') {
    const written = await documentOf(call, subject, place)
    if (!written.ok) return written
    if (isSameDocument(written.value, PolicyDocument)) return ok(undefined)
  }
  return giveUser(call, subject, {
    write: ({ sdk, client, options }, UserName) =>
      client.send(new sdk.PutUserPolicyCommand({ PolicyName: policyNameOf(place), PolicyDocument, UserName }), options),
    otherwise: 'AWS does not show the user whom the policy is for',
    atQuota:
      'the inline policies of the user have no room for this one: AWS lets all of them together have 2,048 letters. Another grant ends first, or an administrator removes one',
    unbounded:
      'the user has no permissions boundary, and AWS lets us give a policy only to users who have one. An administrator sets ThandBoundary on the user (docs/connect-aws.md)',
  })
}

/** Undefined where there is none. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html: it comes URL-encoded */
async function documentOf(
  call: AccountCall,
  subject: Subject,
  place: string,
): Promise<Result<string | undefined, Fault>> {
  return underNameToday(call, subject, async (UserName) => {
    const found = await askIam(call, z.object({ PolicyDocument: z.string() }), ({ sdk, client, options }) =>
      client.send(new sdk.GetUserPolicyCommand({ UserName, PolicyName: policyNameOf(place) }), options),
    )
    if (found.ok) return ok(found.value.PolicyDocument)
    return found.error.kind === 'missing' ? ok(undefined) : found
  })
}

function isSameDocument(encoded: string | undefined, document: string): boolean {
  if (encoded === undefined) return false
  try {
    return isDeepStrictEqual(JSON.parse(decodeURIComponent(encoded)), JSON.parse(document))
  } catch {
    // What cannot be read is not ours any more, whoever wrote it: it is written again.
    return false
  }
}

function policyNameOf(place: string): string {
  return `jit-${place}`
}

function isGrantId(place: string): boolean {
  const parsed = parseRequestId(place)
  return parsed.ok && parsed.value === place
}

const endless = refused('invalid', 'a policy of the grant’s own needs its actions and its end')
