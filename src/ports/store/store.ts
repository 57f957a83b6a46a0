import type { AuditEvent } from '../../core/audit.ts'
import type { Agenda, AgendaWanted } from './agenda.ts'
import type { Bindings } from './bindings.ts'
import type { Credentials } from './credentials.ts'
import type { DeviceLogins, Devices } from './devices.ts'
import type { Figures } from './figures.ts'
import type { Grants } from './grants.ts'
import type { Homes } from './homes.ts'
import type { Messages } from './messages.ts'
import type { Notices } from './notices.ts'
import type { OpenAccess } from './open-access.ts'
import type { Places } from './places.ts'
import type { Requests } from './requests.ts'
import type { Slots } from './slots.ts'

/** Where the state rows are. Every engine keeps the same promises; one conformance suite runs on each. */
export interface Store {
  /**
   * All of `work` or nothing, by rows locked in the order of their ids. Nothing but `tx` is awaited inside: an embedded
   * database has one connection. Tried again when the database chose it as the victim of a deadlock.
   * Throws when the database cannot be reached or takes too long.
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Called after every commit that asked for a nudge, by any replica. */
  onNudge(listener: () => void): Promise<void>
  /** What is due, in one statement and without a lock. */
  agenda(wanted: AgendaWanted): Promise<Agenda>
  /** The same, through connections of its own: what must not wait while others have all of them. */
  apart(): Store
  /** This process in the table of replicas: claims and attempts bear its name. */
  readonly replica: string
  /** Says that this replica lives, and settles which others do not. */
  beat(): Promise<void>
  /** What an embedded database needs done because nothing does it in the background. */
  tidy(): Promise<void>
  close(): Promise<void>
}

/** Ports of one transaction. */
export interface Tx {
  /** The database's clock at the start of this transaction, in ms. */
  readonly now: number
  readonly requests: Requests
  readonly grants: Grants
  readonly slots: Slots
  readonly credentials: Credentials
  readonly messages: Messages
  readonly homes: Homes
  readonly places: Places
  readonly bindings: Bindings
  readonly deviceLogins: DeviceLogins
  readonly devices: Devices
  readonly openAccess: OpenAccess
  readonly notices: Notices
  /** False when this delivery was taken before: then nothing else may be done with it. */
  takeDelivery(id: string, keepSeconds: number): Promise<boolean>
  /** Only for facts that move no state; every move takes its event with it. */
  record(event: AuditEvent): Promise<void>
  /** The record of one request, oldest first. */
  history(subject: string): Promise<readonly RecordedEvent[]>
  /** For operators. */
  figures(): Promise<Figures>
  /** Wakes the sweepers when this commits. */
  nudge(): Promise<void>
  /** Makes it the one loaded last. */
  loadConfiguration(configuration: LoadedConfiguration): Promise<ConfigurationChange>
  /** Hash of the one loaded last, by any replica: one that has another decides and grants nothing. */
  loadedLast(): Promise<string | undefined>
}

export interface LoadedConfiguration {
  readonly hash: string
  readonly content: unknown
}

export interface ConfigurationChange {
  /** It was never loaded before. */
  readonly isNew: boolean
  /** The one loaded last until now, by any replica. */
  readonly before: LoadedConfiguration | undefined
}

/** Told every event of the record once it is committed: each is a line of the log as well. */
export type Heard = (event: AuditEvent) => void

export interface RecordedEvent extends AuditEvent {
  readonly seq: number
  readonly at: number
}
