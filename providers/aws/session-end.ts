import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { refused } from '../common/faults.ts'
import type { SdkKeys } from './clients.ts'
import { endingsOn } from './endings.ts'
import { type Answered, isAtQuota, isDenied, isRefusedCredential, present } from './faults.ts'
import { anyAnswer, askIam } from './iam.ts'
import { ownIdentity } from './own-identity.ts'
import { send } from './send.ts'
import { endingPolicyName } from './session-names.ts'
import type { SessionReceipt } from './session-receipt.ts'
import type { AwsCall } from './slot-kind.ts'

/** So close to its end nothing is written: AWS's own clock ends it sooner than a new policy would be in force everywhere. */
const ENDS_ITSELF_MS = 5000
/** How far the clocks of AWS's services may be apart. */
const CLOCKS_APART_MS = 5000

/**
 * A policy of its own on the role, which denies everything to this one session; the role's other sessions go on. After the end that
 * the session has by itself there is nothing to do. AWS puts a policy into force within seconds as a rule, and names no bound.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
 */
export async function endSession(
  call: AwsCall,
  receipt: SessionReceipt,
  isGivenBack: boolean,
): Promise<Result<undefined, Fault>> {
  const { role, session } = receipt
  if (await isPastAtAws(call, endOf(receipt) - ENDS_ITSELF_MS)) return ok(undefined)
  const policy = { PolicyName: endingPolicyName(session, endOf(receipt)), PolicyDocument: denialOf(session) }
  const room = isGivenBack ? await roomForGivenBack(call, role, policy.PolicyName) : ok(undefined)
  if (!room.ok) return room
  const answer = await askIam(call, anyAnswer, ({ sdk, client, options }) =>
    client.send(new sdk.PutRolePolicyCommand({ RoleName: role, ...policy }), options),
  )
  const put = present(answer, `the role ${role}`)
  if (put.ok) return ok(undefined)
  if (isAtQuota(put.error)) return fail(refused('invalid', fullWords(role)))
  return fail(isDenied(put.error) ? refused('invalid', deniedWords(role)) : put.error)
}

/** How many may stand on a role when one that was given back takes a place: the rest of its room is for the ends of accesses. */
const ENDINGS_BESIDE_GIVEN_BACK = 40

/** Its own, written by an earlier try, has its place already. */
async function roomForGivenBack(call: AwsCall, role: string, own: string): Promise<Result<undefined, Fault>> {
  const endings = await endingsOn(call, role)
  if (!endings.ok) return isDenied(endings.error) ? fail(refused('invalid', deniedWords(role))) : endings
  const isThere = endings.value.some(({ policy }) => policy === own)
  if (isThere || endings.value.length < ENDINGS_BESIDE_GIVEN_BACK) return ok(undefined)
  return fail(refused('invalid', keptRoomWords(role)))
}

/**
 * By the session's own question about itself, while AWS answers to us: an AWS that refuses everybody says nothing. A session that could not
 * ask from the start is dead only when AWS's own clock is past its end.
 */
export async function isSessionDead(call: AwsCall, receipt: SessionReceipt): Promise<Result<boolean, Fault>> {
  if (call.clients.clock.isPast(endOf(receipt) + CLOCKS_APART_MS)) return ok(true)
  const [own, asked] = await Promise.all([ownIdentity(call), askAsSession(call, receipt.keys)])
  if (!own.ok) return own
  if (own.value.at >= endOf(receipt) + CLOCKS_APART_MS) return ok(true)
  if (asked.ok) return ok(false)
  if (isRefusedCredential(asked.error)) return receipt.isAsked ? ok(true) : fail(refused('invalid', NEVER_ASKED))
  return present(asked, 'the session')
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html, which both the role and the session's policy allow. */
export async function askAsSession(
  { clients, signal }: AwsCall,
  keys: Required<SdkKeys>,
): Promise<Answered<undefined>> {
  const { GetAccessKeyInfoCommand } = await import('@aws-sdk/client-sts')
  const command = new GetAccessKeyInfoCommand({ AccessKeyId: keys.accessKeyId })
  // The SDK writes into the keys that it is given.
  const asSession = await clients.stsWith({ ...keys })
  try {
    const answer = await send(signal, (options) => asSession.send(command, options))
    return answer.ok ? ok(undefined) : answer
  } finally {
    asSession.destroy()
  }
}

/** By AWS's own clock; false where it does not tell. */
async function isPastAtAws(call: AwsCall, at: number): Promise<boolean> {
  if (call.clients.clock.isPast(at)) return true
  const own = await ownIdentity(call)
  return own.ok && own.value.at >= at
}

function endOf({ endsAt, expiresAt }: SessionReceipt): number {
  return Math.min(endsAt, expiresAt)
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable: what `aws:userid` is for a session */
function denialOf(session: string): string {
  const Condition = { StringLike: { 'aws:userid': `*:${session}` } }
  return JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*', Condition } })
}

function fullWords(role: string): string {
  return `the policies on the role ${role} have no room for one more (10,240 characters); room comes as sessions that were ended early run out`
}

function keptRoomWords(role: string): string {
  return `it was given back, and runs out by itself: the room that is left on the role ${role} is for accesses that end`
}

function deniedWords(role: string): string {
  return `AWS answered AccessDenied: Thand may not list or write the policies of the role ${role} (has it ThandBoundary?)`
}

const NEVER_ASKED =
  'that it is over is believed at its own end alone, since it could not ask about itself when it was made'
