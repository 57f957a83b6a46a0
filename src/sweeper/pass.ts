import type { Agenda, DueKind } from '../ports/store/agenda.ts'
import type { Bulkheads } from './bulkheads.ts'
import { closeEnded } from './close-ended.ts'
import type { SweeperDeps } from './deps.ts'
import { endDue, GIVE_UP_MS } from './end-due.ts'
import { compareHolders } from './holders.ts'
import type { InFlight } from './in-flight.ts'
import type { Insistence } from './insistence.ts'
import { giveReminders, giveWarnings, lapseRequests, OVERDUE_AFTER_MS, raiseAlarms } from './notices.ts'
import { hasRoomForMessages, takeMessages } from './outbox.ts'
import { prepareGrants } from './prepare-grants.ts'
import { hasRoomForHomes, markChangedHomes, publishHomes } from './publish-homes.ts'
import { takeSlots } from './take-slots.ts'
import { takeWithdrawals } from './take-withdrawals.ts'
import { tellNotices } from './tell-notices.ts'

const LONGEST_SLEEP_MS = 2_000
/** What is due and could not be had is another replica's at this moment. */
const EMPTY_HANDED_MS = 50

/** What this process is at. */
export interface Hands {
  readonly slots: Bulkheads
  readonly withdrawals: Bulkheads
  readonly messages: InFlight<number>
  /** Prepared, or compared after their end, by the id of the grant; notices, and pages of people. */
  readonly others: InFlight<string>
  readonly insistence: Insistence
  readonly wake: () => void
}

/** Claims what is due of one kind, and says how many that were. */
type Take = (deps: SweeperDeps, hands: Hands) => Promise<number>

/** In the order in which it is looked after: what takes away comes before what gives, and both before what tells. */
const TAKE: Readonly<Record<DueKind, Take>> = {
  ends: endDue,
  closings: closeEnded,
  withdrawals: (deps, { withdrawals, wake }) => takeWithdrawals(deps, withdrawals, wake),
  slots: (deps, { slots, insistence, wake }) => takeSlots(deps, { bulkheads: slots, insistence, wake }),
  preparations: (deps, { others, wake }) => prepareGrants(deps, others, wake),
  lapses: lapseRequests,
  reminders: giveReminders,
  warnings: giveWarnings,
  alarms: raiseAlarms,
  comparisons: (deps, { others }) => compareHolders(deps, others),
  notices: (deps, { others }) => tellNotices(deps, others),
  messages: (deps, { messages, wake }) => takeMessages(deps, messages, wake),
  news: markChangedHomes,
  homes: (deps, { others, wake }) => publishHomes(deps, others, wake),
}
const IN_ORDER = Object.keys(TAKE) as readonly DueKind[]

/** One look at what there is, and a beginning of all that is due. Answers how long nothing is, in ms. */
export async function pass(deps: SweeperDeps, hands: Hands): Promise<number> {
  const agenda = await deps.store.agenda({
    giveUpMs: GIVE_UP_MS,
    overdueMs: OVERDUE_AFTER_MS,
    slots: { ...hands.slots.atWork(), configuration: deps.settings.hash },
    withdrawals: hands.withdrawals.atWork(),
    messages: { inFlight: hands.messages.keys(), hasRoom: hasRoomForMessages(hands.messages) },
  })
  const kinds = IN_ORDER.filter((kind) => isOursToTake(kind, { deps, hands, agenda }))
  let taken = 0
  for (const kind of kinds) if (dueInMs(agenda, kind) <= 0) taken += await TAKE[kind](deps, hands)
  if (taken > 0) return 0
  const waits = kinds.map((kind) => dueInMs(agenda, kind)).map((ms) => (ms > 0 ? ms : EMPTY_HANDED_MS))
  return Math.min(LONGEST_SLEEP_MS, ...waits, ...hands.slots.probesInMs(), ...hands.withdrawals.probesInMs())
}

function dueInMs({ dueInMs: due }: Agenda, kind: DueKind): number {
  return due.get(kind) ?? Number.POSITIVE_INFINITY
}

interface Look {
  readonly deps: SweeperDeps
  readonly hands: Hands
  readonly agenda: Agenda
}

/** Whoever has its hands full is woken when one of them is free; one whose configuration is not the last one begins nothing. */
function isOursToTake(kind: DueKind, { deps, hands, agenda }: Look): boolean {
  if (kind === 'homes') return hasRoomForHomes(hands.others)
  return kind !== 'preparations' || agenda.loadedLast === deps.settings.hash
}
