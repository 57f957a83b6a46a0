import type { Answer } from './call-server.ts'
import type { Trouble } from './trouble.ts'

/** Proofs count for a minute. */
const SKEW_SECONDS = 45

/** Nobody guesses that it is the clock, or that the server knows itself by another address than was typed. */
export function proofRefused({ clockAheadSeconds, trouble }: Answer): Trouble {
  if (Math.abs(clockAheadSeconds) < SKEW_SECONDS)
    return {
      code: 'proof_refused',
      message: `The server refuses the proof of this machine: ${trouble?.message ?? 'it does not say why'}.`,
      hint: 'Log in by the address that the server has for itself: thand login --server https://…',
      exitCode: 1,
    }
  const minutes = Math.max(1, Math.round(Math.abs(clockAheadSeconds) / 60))
  return {
    code: 'clock_differs',
    message: `The clock of this machine is ${minutes} min ${clockAheadSeconds > 0 ? 'behind' : 'ahead of'} the server’s, which refuses its proofs.`,
    hint: 'Set the clock, and try again.',
    exitCode: 1,
  }
}
