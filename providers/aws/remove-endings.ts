import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { endingsOn } from './endings.ts'
import { anyAnswer, askIam } from './iam.ts'
import { ownIdentity } from './own-identity.ts'
import type { AwsCall } from './slot-kind.ts'

const OVER_FOR_MS = 5 * 60_000

/**
 * Takes the policies away that ended sessions early, once AWS's own clock is past all that these sessions could have lived. No other
 * policy is touched. Answers how many; a role that cannot be asked keeps none of the others waiting, and its fault is the answer.
 */
export async function removeEndings(call: AwsCall, roles: readonly string[]): Promise<Result<number, Fault>> {
  const own = await ownIdentity(call)
  if (!own.ok) return own
  let removed = 0
  let fault: Fault | undefined
  for (const role of roles) {
    const endings = await endingsOn(call, role)
    if (!endings.ok) fault ??= endings.error
    for (const { policy, end } of endings.ok ? endings.value : []) {
      if (end + OVER_FOR_MS >= own.value.at) continue
      const gone = await removePolicy(call, role, policy)
      if (gone.ok) removed += gone.value
      else fault ??= gone.error
    }
  }
  return fault === undefined ? ok(removed) : fail(fault)
}

/** One that somebody else removed is none of ours. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
async function removePolicy(call: AwsCall, RoleName: string, PolicyName: string): Promise<Result<number, Fault>> {
  const gone = await askIam(call, anyAnswer, ({ sdk, client, options }) =>
    client.send(new sdk.DeleteRolePolicyCommand({ RoleName, PolicyName }), options),
  )
  if (gone.ok) return ok(1)
  return gone.error.kind === 'missing' ? ok(0) : fail(gone.error)
}
