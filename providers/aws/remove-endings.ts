import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { present, unknownFault } from './faults.ts'
import { ownIdentity } from './own-identity.ts'
import { send } from './send.ts'
import { endOfEnding } from './session-names.ts'
import type { AwsCall } from './slot-kind.ts'

const OVER_FOR_MS = 5 * 60_000
const PAGES_MAX = 50

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
async function endingsOver(call: AwsCall, role: string, now: number): Promise<Result<readonly string[], Fault>> {
  const { ListRolePoliciesCommand } = await import('@aws-sdk/client-iam')
  const found: string[] = []
  let marker: string | undefined
  for (let page = 1; page <= PAGES_MAX; page++) {
    const command = new ListRolePoliciesCommand({ RoleName: role, ...(marker !== undefined && { Marker: marker }) })
    const answer = present(
      await send(call.signal, async (options) => (await call.clients.iam()).send(command, options)),
      `the role ${role}`,
    )
    if (!answer.ok) return answer
    const { PolicyNames = [], IsTruncated, Marker } = answer.value
    found.push(...PolicyNames.filter((name) => (endOfEnding(name) ?? Number.POSITIVE_INFINITY) + OVER_FOR_MS < now))
    if (!IsTruncated) return ok(found)
    marker = Marker
  }
  return fail(unknownFault(`the list has more than ${PAGES_MAX} pages`))
}

/** One that somebody else removed is none of ours. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
async function removePolicy(call: AwsCall, role: string, policy: string): Promise<Result<number, Fault>> {
  const { DeleteRolePolicyCommand } = await import('@aws-sdk/client-iam')
  const command = new DeleteRolePolicyCommand({ RoleName: role, PolicyName: policy })
  const gone = await send(call.signal, async (options) => (await call.clients.iam()).send(command, options))
  if (gone.ok) return ok(1)
  return gone.error.kind === 'missing' ? ok(0) : fail(gone.error)
}
