import { z } from 'zod'
import { ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { present } from './faults.ts'
import { listIam } from './iam.ts'
import { endOfEnding } from './session-names.ts'
import type { AwsCall } from './slot-kind.ts'

/** A policy that ended a session early, and when that session is over by itself, in ms. */
export interface Ending {
  readonly policy: string
  readonly end: number
}

/** Those that stand on a role: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export async function endingsOn(call: AwsCall, RoleName: string): Promise<Result<readonly Ending[], Fault>> {
  const listed = await listIam(call, {
    name: 'PolicyNames',
    item: z.string(),
    page: ({ sdk, client, options }, at) => client.send(new sdk.ListRolePoliciesCommand({ RoleName, ...at }), options),
  })
  const names = present(listed, `the role ${RoleName}`)
  if (!names.ok) return names
  return ok(
    names.value.flatMap((policy): readonly Ending[] => {
      const end = endOfEnding(policy)
      return end === undefined ? [] : [{ policy, end }]
    }),
  )
}
