import type { WithConfiguration } from './slots.ts'

/** What there is to take, by kind: each is claimed by a method of its own. */
export type DueKind =
  | 'ends'
  | 'closings'
  | 'withdrawals'
  | 'slots'
  | 'preparations'
  | 'lapses'
  | 'reminders'
  | 'warnings'
  | 'alarms'
  | 'comparisons'
  | 'notices'
  | 'messages'
  | 'news'
  | 'homes'

/** One look at everything that waits: what is taken is looked at once more, under its lock. */
export interface Agenda {
  /** ms until the next one of a kind is due, 0 or less when it is; a kind of which none waits is missing. */
  readonly dueInMs: ReadonlyMap<DueKind, number>
  /** Hash of the configuration loaded last, by any replica. */
  readonly loadedLast: string | undefined
}

/** What of one kind this process works on: what it claimed beside that it has left behind. */
export interface AtWork {
  readonly inFlight: readonly number[]
  /** Instances of which it takes no more at the moment. */
  readonly busy: readonly string[]
}

export interface AgendaWanted {
  /** How long access that was approved may take to begin. */
  readonly giveUpMs: number
  /** How long after its end access that is still there is overdue. */
  readonly overdueMs: number
  readonly slots: AtWork & WithConfiguration
  readonly withdrawals: AtWork
  /** Without room they are not looked for: of many that wait, to find the next one takes a while. */
  readonly messages: Pick<AtWork, 'inFlight'> & { readonly hasRoom: boolean }
}
