import type { DeviceId, PersonId, RequestId } from '../../core/ids.ts'

/** Whom something pending or live rests on, and what: asked for by people who may have left meanwhile. */
export interface OpenAccess {
  /** Who asked for or approved something pending or not begun, and who holds something or has a device; by id. */
  people(): Promise<readonly PersonId[]>
  of(person: PersonId): Promise<RestsOn>
}

/** By id, ascending. */
export interface RestsOn {
  /** Pending requests of the person. */
  readonly asked: readonly RequestId[]
  /** Pending requests of others that the person said yes to. */
  readonly voted: readonly RequestId[]
  /** Planned grants of others that the person said yes to. */
  readonly approved: readonly RequestId[]
  /** Grants to the person that do not end yet. */
  readonly held: readonly RequestId[]
  /** What acts for the person. */
  readonly devices: readonly DeviceId[]
}
