import type { AuditEvent } from '../../core/audit.ts'
import type { Levels } from '../../core/level.ts'
import type { SlotFacts, Write } from '../../core/protocol/facts.ts'

export interface ClaimedSlot {
  readonly id: number
  readonly epoch: number
  readonly providerKey: string
  readonly instance: string
  readonly subjectId: string
  readonly subjectLogin: string
  readonly name: string
  readonly tries: number
  readonly isUrgent: boolean
}

export interface SlotsWanted {
  readonly limit: number
  /** Of this one, or of all but these. */
  readonly instances: { readonly only: string } | { readonly except: readonly string[] }
  /** What this process works on: a claim of its own that is not among these was left behind, and is free. */
  readonly inFlight: readonly number[]
}

/** Of the configuration that this process has: with another than the last one it is given nothing that is still to begin. */
export interface WithConfiguration {
  readonly configuration: string
}

export interface AttemptTimes {
  readonly lastSendMs: number
  readonly deadlineMs: number
  readonly settleMs: number
  readonly lagMs: number
}

export interface Slots {
  /** Due ones that nobody alive has, revokes first. */
  claim(wanted: SlotsWanted & WithConfiguration): Promise<readonly ClaimedSlot[]>
  /** Locks the slot and all that bears on it. Undefined when the claim is not ours any more: then nothing is written. */
  load(
    slot: ClaimedSlot,
    settings: { readonly levels: Levels; readonly readLagMs: number },
  ): Promise<SlotFacts | undefined>
  /** Writes what `after` differs in from `before`; each move of a grant with its event. */
  save(slot: ClaimedSlot, change: SlotChange): Promise<void>
  /** The intent, before anything is sent. */
  intend(slot: ClaimedSlot, write: Write, times: AttemptTimes, event: AuditEvent): Promise<number>
  /**
   * How it went, by its sender, whatever has become of the claim. Said once: what is said again, or of an intent that
   * was never committed, changes nothing.
   */
  answered(attempt: number, answer: AttemptAnswer): Promise<void>
  /** Gives the claim back. `undefined` = nothing left to do here. */
  release(
    slot: ClaimedSlot,
    next: { readonly atMs: number | undefined; readonly tries: number; readonly error: string | undefined },
  ): Promise<void>
  /** All that wait for this instance are due now: it answers again. */
  hurry(instance: string): Promise<void>
}

export interface SlotChange {
  readonly before: SlotFacts
  readonly after: SlotFacts
  readonly seenAt: number
  readonly actor: string
}

export interface AttemptAnswer {
  readonly outcome: 'done' | 'refused' | 'dropped' | 'unknown'
  readonly detail: string | undefined
  readonly receipt: string | undefined
  readonly landsBeforeMs: number
  readonly event: AuditEvent
}
