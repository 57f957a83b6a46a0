import { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { present } from './faults.ts'
import { anyAnswer, askIam, listIam } from './iam.ts'
import { ownIdentity } from './own-identity.ts'
import { endOfEnding } from './session-names.ts'
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
    const over = await endingsOver(call, role, own.value.at)
    if (!over.ok) fault ??= over.error
    for (const policy of over.ok ? over.value : []) {
      const gone = await removePolicy(call, role, policy)
      if (gone.ok) removed += gone.value
      else fault ??= gone.error
    }
  }
  return fault === undefined ? ok(removed) : fail(fault)
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
async function endingsOver(call: AwsCall, RoleName: string, now: number): Promise<Result<readonly string[], Fault>> {
  const listed = await listIam(call, {
    name: 'PolicyNames',
    item: z.string(),
    page: ({ sdk, client, options }, at) => client.send(new sdk.ListRolePoliciesCommand({ RoleName, ...at }), options),
  })
  const names = present(listed, `the role ${RoleName}`)
  if (!names.ok) return names
  return ok(names.value.filter((name) => (endOfEnding(name) ?? Number.POSITIVE_INFINITY) + OVER_FOR_MS < now))
}

/** One that somebody else removed is none of ours. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
async function removePolicy(call: AwsCall, RoleName: string, PolicyName: string): Promise<Result<number, Fault>> {
  const gone = await askIam(call, anyAnswer, ({ sdk, client, options }) =>
    client.send(new sdk.DeleteRolePolicyCommand({ RoleName, PolicyName }), options),
  )
  if (gone.ok) return ok(1)
  return gone.error.kind === 'missing' ? ok(0) : fail(gone.error)
}
