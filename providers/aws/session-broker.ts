import { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import { Secret } from '../../src/core/secret.ts'
import type { CredentialForUse, CredentialOrder, Issued } from '../../src/ports/credential-issuer.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { unknownFault } from '../common/faults.ts'
import type { SdkKeys } from './clients.ts'
import type { AccountConfig } from './config.ts'
import { readScope, type SessionScope } from './entitlement.ts'
import { isRefusedCredential, present } from './faults.ts'
import { isSession, ownIdentity } from './own-identity.ts'
import { sessionPolicy } from './policies.ts'
import { send } from './send.ts'
import { askAsSession } from './session-end.ts'
import { roleNameIn, sessionNameOf, sourceIdentityOf } from './session-names.ts'
import { sealReceipt } from './session-receipt.ts'
import type { AwsCall } from './slot-kind.ts'

/** The least that AWS takes as DurationSeconds. */
export const SECONDS_MIN = 900
/** What every role gives, and all that one gives to a session: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
export const SECONDS_WITHOUT_ASKING = 3600

/**
 * A session that AWS itself ends with the grant, on the second: one AssumeRole, narrowed to what the grant's role says by a policy that
 * carries the end. It may last longer by its own Expiration, and lets nothing through by then. Nothing is written in the account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
export async function issueSession(
  config: AccountConfig,
  call: AwsCall,
  order: CredentialOrder,
): Promise<Result<Issued, Fault>> {
  const { role, statements } = readScope(order.scope)
  const { holder, endsAt } = order
  const session = sessionNameOf(order.grant, order.number)
  const seconds = await secondsFor(config, call, { role, endsAt })
  const made = await assumeRole(config, call, { role, session, holder, statements, endsAt, seconds })
  if (!made.ok) return made
  const { keys, expiresAt } = made.value
  const isAsked = await canAsk(call, keys)
  const policyEndsAt = Math.floor(endsAt / 1000) * 1000
  const receipt = { role: roleNameIn(role), session, keys, endsAt: policyEndsAt, expiresAt, isAsked }
  const issued = { credential: forUse(config, keys), receipt: sealReceipt(receipt) }
  return ok({ ...issued, expiresAt: Math.min(policyEndsAt, expiresAt) })
}

/** Once more where it is AWS that did not answer: an end that comes early is believed by this question. */
async function canAsk(call: AwsCall, keys: Required<SdkKeys>): Promise<boolean> {
  const first = await askAsSession(call, keys)
  if (first.ok || isRefusedCredential(first.error)) return first.ok
  return (await askAsSession(call, keys)).ok
}

export interface SessionOrder extends SessionScope {
  readonly session: string
  readonly holder: string
  readonly endsAt: number
  readonly seconds: number
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(
  { partition, account }: AccountConfig,
  call: AwsCall,
  { role, session, holder, statements, endsAt, seconds }: SessionOrder,
): Promise<Result<{ readonly keys: Required<SdkKeys>; readonly expiresAt: number }, Fault>> {
  const { AssumeRoleCommand } = await import('@aws-sdk/client-sts')
  const command = new AssumeRoleCommand({
    RoleArn: `arn:${partition}:iam::${account}:role/${role}`,
    RoleSessionName: session,
    SourceIdentity: sourceIdentityOf(holder),
    Policy: sessionPolicy(statements, endsAt),
    DurationSeconds: seconds,
  })
  const answer = await send(call.signal, async (options) => (await call.clients.sts()).send(command, options))
  const made = present(answer, `the role ${role}`)
  if (!made.ok) return made
  const { data } = madeShape.safeParse(made.value)
  if (data === undefined) return fail(unknownFault('AWS answered without a credential'))
  return ok({ keys: keysIn(data), expiresAt: data.Credentials.Expiration.getTime() })
}

const madeShape = z.object({
  Credentials: z.object({
    AccessKeyId: z.string().min(1),
    SecretAccessKey: z.string().min(1),
    SessionToken: z.string().min(1),
    Expiration: z.date(),
  }),
})

function keysIn({ Credentials: made }: z.infer<typeof madeShape>): Required<SdkKeys> {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = made
  return { accessKeyId, secretAccessKey, sessionToken }
}

/**
 * Long enough for the rest of the grant where AWS allows it; what is not is asked for again by whoever uses it. Whether we are a
 * session ourselves is asked only where it matters, and what is not known is taken as if we were.
 */
async function secondsFor(
  { session }: AccountConfig,
  call: AwsCall,
  { role, endsAt }: { readonly role: string; readonly endsAt: number },
): Promise<number> {
  const wanted = Math.max(Math.ceil((endsAt - Date.now()) / 1000), SECONDS_MIN)
  const most = role === session?.role ? session.secondsMax : SECONDS_WITHOUT_ASKING
  if (Math.min(wanted, most) <= SECONDS_WITHOUT_ASKING) return Math.min(wanted, most)
  const own = await ownIdentity(call)
  return own.ok && !isSession(own.value) ? Math.min(wanted, most) : SECONDS_WITHOUT_ASKING
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html */
function forUse({ region, session }: AccountConfig, keys: Required<SdkKeys>): CredentialForUse {
  const variables = {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  }
  const environment = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, new Secret(value)]))
  return { environment, ...(session?.console && { console: session.console }) }
}
