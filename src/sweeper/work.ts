import type { Sent } from '../core/protocol/after-write.ts'
import type { Read, Write } from '../core/protocol/facts.ts'
import type { Slot } from '../core/target.ts'
import type { Fault, Observation, Provider } from '../ports/provider.ts'
import type { ClaimedSlot } from '../ports/store/slots.ts'
import type { Stopwatch } from '../usecases/stopwatch.ts'
import type { SweeperDeps } from './deps.ts'
import type { Insistence } from './insistence.ts'

export const DEADLINE_MS = 10_000
export const SEND_WITHIN_MS = 2_000
/** The work on one claimed slot: read, commit what follows, write, read again, commit that (grant protocol, section 6). */
export interface Work {
  readonly deps: SweeperDeps
  readonly provider: Provider
  readonly claimed: ClaimedSlot
  readonly slot: Slot
  readonly watch: Stopwatch
  readonly insistence: Insistence
}

export interface Seen {
  readonly read: Read
  readonly observation: Observation
}

export interface Intended {
  readonly write: Write
  readonly attempt: number
  /** Of a raise on a slot of the grant's own: what the provider needs beside its name, and the end to tell it. */
  readonly own?: { readonly scope: string; readonly endsAt: number } | undefined
}

export interface Outcome extends Sent {
  readonly write: Write
  readonly fault: Fault | undefined
  readonly receipt: string | undefined
}
