import { ok, type Result } from '../../src/core/result.ts'
import type { Target } from '../../src/core/target.ts'
import type { Permissions, Problem } from '../../src/ports/provider.ts'

export function parseAccountTargets(_permissions: Permissions): Result<readonly Target[], readonly Problem[]> {
  return ok([])
}
