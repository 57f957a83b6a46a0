import { fail } from '../../src/core/result.ts'
import { unlessAborted } from '../common/deadline.ts'
import { unknownFault } from '../common/faults.ts'
import { type Answered, answered } from './faults.ts'

/**
 * One call of the SDK, which ends at the signal, finding our own credential included. After the signal nothing is sent.
 */
export async function send<T>(
  signal: AbortSignal,
  act: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
): Promise<Answered<T>> {
  if (signal.aborted) return fail(unknownFault('no time was left to ask'))
  try {
    return await unlessAborted(signal, answered(act({ abortSignal: signal })))
  } catch (error) {
    if (signal.aborted) return fail(unknownFault('no answer before the deadline'))
    throw error
  }
}
