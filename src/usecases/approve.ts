import type { Refusal } from '../core/codes.ts'
import type { Result } from '../core/result.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { approveAndExtend } from './extend-grant.ts'
import { type Approval, approveAndPlan } from './plan-grant.ts'

/** What an approved request leads to: a grant of its own, or more time in one. */
export function approve(tx: Tx, deps: Deps, approval: Approval): Promise<Result<undefined, Refusal>> {
  const { extension } = approval.request
  return extension === undefined ? approveAndPlan(tx, deps, approval) : approveAndExtend(tx, approval, extension)
}
