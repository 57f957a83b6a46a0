import { fail, type Result } from '../core/result.ts'
import type { Fault } from '../ports/provider.ts'
import { errorOf } from './error-of.ts'
import type { Work } from './work.ts'

/** A provider that throws has a bug: what came of the call nobody knows, and the round goes on as after no answer. */
export async function answerOf<T>(
  { deps, claimed }: Work,
  call: () => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  try {
    return await call()
  } catch (error) {
    deps.log.error({ slot: claimed.name, instance: claimed.instance, error: errorOf(error) }, 'provider_threw')
    return fail({ kind: 'unknown', detail: 'the call ended unexpectedly' })
  }
}
