import type { Fault } from '../ports/provider.ts'

/** Why a try did not work, for the card: who, and what it said. */
export function faultWords(fault: Fault, vendor: string): string {
  switch (fault.kind) {
    case 'throttled':
      return `${vendor} asks to wait ${fault.retryAfterSeconds} s`
    case 'unauthorized':
      return `${vendor} refuses our own credential: ${fault.detail}`
    case 'unseen':
      return `our credential does not see it at ${vendor}: ${fault.detail}`
    case 'refused':
      return `${vendor} refuses it: ${fault.detail}`
    case 'unknown':
      return `no clear answer from ${vendor}: ${fault.detail}`
  }
}

export function retryAfterOf(fault: Fault | undefined): number | undefined {
  return fault?.kind === 'throttled' ? fault.retryAfterSeconds : undefined
}
