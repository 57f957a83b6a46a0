import { setTimeout as wait } from 'node:timers/promises'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { type Missing, unknownFault } from '../common/faults.ts'
import type { Assignment } from './assignment.ts'
import type { Answered } from './faults.ts'
import type { IdentityCenterApi, OperationKind } from './identity-center-api.ts'
import type { AssignmentOperation } from './identity-center-shapes.ts'

const FIRST_POLL_MS = 100
const POLL_MS_MAX = 1000
const GROWTH = 1.5

/**
 * Has an assignment made or deleted, and looks on until AWS has done it, or has failed to. Sent once. Every fault but `unknown`: AWS took
 * nothing on. Of what it took on, the end of the call's time or of our sight is `unknown`, for it goes on by itself.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentCreationStatus.html
 */
export async function carryOut(
  api: IdentityCenterApi,
  kind: OperationKind,
  assignment: Assignment,
): Promise<Result<AssignmentOperation, Fault | Missing>> {
  let last: Answered<AssignmentOperation> = await api.begin(kind, assignment)
  if (!last.ok) return last
  const { id } = last.value
  for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * GROWTH, POLL_MS_MAX)) {
    if (last.ok && last.value.status !== 'running') return ok(last.value)
    if (!last.ok && last.error.kind === 'unauthorized')
      return fail(unknownFault(`AWS took it on; ${last.error.detail}`))
    await wait(pauseMs, undefined, { signal: api.signal }).catch(() => undefined)
    if (api.signal.aborted) return fail(unknownFault('AWS took it on and has not done it yet'))
    last = await api.operation(kind, id)
  }
}
