import { fail, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { refused } from './faults.ts'
import type { AwsCall } from './slot-kind.ts'

export async function resolveUser(
  _call: AwsCall,
  _account: { readonly login: string; readonly id?: string },
): Promise<Result<Subject, Fault>> {
  return fail(refused('subject_unknown', 'AWS knows no such user'))
}
