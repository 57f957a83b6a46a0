import type { PersonId, RequestId } from '../core/ids.ts'
import { personById } from '../core/settings.ts'
import type { AccountRef } from '../ports/chat.ts'
import type { WhyGone } from '../ports/directory.ts'
import type { Tx } from '../ports/store/store.ts'
import { endDevice } from '../usecases/end-device.ts'
import { cancelOfGone, endOfGone, withdrawOfGone } from '../usecases/part-with.ts'
import type { SweeperDeps } from './deps.ts'
import { giveUpPlanned, whyNotGiven } from './drop-changed.ts'
import { errorOf } from './error-of.ts'
import { every } from './every.ts'
import { InFlight } from './in-flight.ts'

const EVERY_MINUTE = '30 * * * * *'
const MINUTE_MS = 60_000
/** Slack answers about 100 such questions a minute, and what people do needs most of them. Of more people, all have their turn. */
const PEOPLE_A_MINUTE = 40

export interface AskAgain {
  /** At a start, and again when another configuration holds: whoever it does not name any more is out now. */
  start(): void
  /** Something is said to have changed about this account: nothing but a reason to ask about it now. */
  about(account: AccountRef): void
  stop(): Promise<void>
}

/** Whoever has something pending or live is asked about every minute, so that who left loses it without doing anything. */
export function createAskAgain(deps: SweeperDeps): AskAgain {
  const asking = new InFlight<string>()
  let isOn = true
  const run = (key: string, work: () => Promise<void>) => {
    if (!isOn || asking.has(key)) return
    asking.run(key, key, () =>
      work().catch((error: unknown) => deps.log.warn({ error: errorOf(error) }, 'ask_again_failed')),
    )
  }
  let first = 0
  const round = (key: string, isFirst: boolean) => run(key, () => askEverybody(deps, isFirst, () => isOn))
  const minute = every(EVERY_MINUTE, deps.log, () => round('everybody', false))
  return {
    start: () => round(`first ${++first}`, true),
    about: (account) => run(`${account.platform}:${account.account}`, () => askOwner(deps, account)),
    async stop() {
      isOn = false
      await minute.destroy()
      await asking.settled()
    },
  }
}

/** A round: of those whose turn it is, one after the other. */
export async function askEverybody(deps: SweeperDeps, isFirst: boolean, isOn: () => boolean): Promise<void> {
  for (const person of await whoseTurn(deps, isFirst)) if (isOn()) await askAbout(deps, person)
}

/** One replica does it in each minute; the first time after a start each does, for the configuration may be a new one. */
function whoseTurn({ store, settings }: SweeperDeps, isFirst: boolean): Promise<readonly PersonId[]> {
  return store.transact(async (tx) => {
    const minute = Math.floor(tx.now / MINUTE_MS)
    const isOurs = isFirst || (await tx.takeDelivery(`ask_again:${minute}`, (2 * MINUTE_MS) / 1000))
    if (!isOurs) return []
    const people = await tx.openAccess.people()
    const known = people.filter((id) => personById(settings, id) !== undefined)
    const start = known.length === 0 ? 0 : (minute * PEOPLE_A_MINUTE) % known.length
    const turn = [...known.slice(start), ...known.slice(0, start)].slice(0, PEOPLE_A_MINUTE)
    return [...people.filter((id) => !known.includes(id)), ...turn]
  })
}

async function askOwner(deps: SweeperDeps, account: AccountRef): Promise<void> {
  const person = await deps.directory.ownerOf(account)
  if (person === undefined) return
  const people = await deps.store.transact((tx) => tx.openAccess.people())
  if (people.includes(person)) await askAbout(deps, person)
}

/** Only a clear answer ends something. Row by row: what has moved meanwhile is skipped. */
async function askAbout(deps: SweeperDeps, person: PersonId): Promise<void> {
  const standing = await deps.directory.standingOf(person)
  if (standing.kind !== 'gone') return
  const { why } = standing
  const rests = await deps.store.transact((tx) => tx.openAccess.of(person))
  deps.log.warn({ person, why, ...rests }, 'person_gone')
  const each = async (ids: readonly RequestId[], end: (tx: Tx, id: RequestId) => Promise<void>) => {
    for (const id of ids)
      await deps.store.transact(async (tx) => ((await isOurs(tx, deps, why)) ? end(tx, id) : undefined))
  }
  await each(rests.held, async (tx, id) => {
    const grant = await tx.grants.lock(id)
    if (grant !== undefined) await endOfGone(tx, deps, grant, why)
  })
  await each(rests.asked, async (tx, id) => {
    const request = await tx.requests.lock(id)
    if (request?.state === 'pending') await cancelOfGone(tx, deps, request, why)
  })
  for (const id of rests.devices)
    await deps.store.transact(async (tx) =>
      (await isOurs(tx, deps, why)) ? endDevice(tx, { id, actor: 'system', why: `person_gone:${why}` }) : undefined,
    )
  await each(rests.voted, (tx, id) => withdraw(tx, deps, { id, person, why }))
  await each(rests.approved, (tx, id) => reconsider(tx, deps, { id, person }))
}

/** Who is missing in a configuration that is not the last one may have been added to it since. */
async function isOurs(tx: Tx, { settings }: SweeperDeps, why: WhyGone): Promise<boolean> {
  return why !== 'not_known' || (await tx.loadedLast()) === settings.hash
}

async function withdraw(
  tx: Tx,
  deps: SweeperDeps,
  { id, person, why }: { readonly id: RequestId; readonly person: PersonId; readonly why: WhyGone },
): Promise<void> {
  const request = await tx.requests.lock(id)
  if (request?.state !== 'pending') return
  const vote = (await tx.requests.votes(id)).find((each) => each.person === person && each.value === 'yes')
  if (vote !== undefined) await withdrawOfGone(tx, deps, request, { vote, why })
}

/** Approved and not begun: without this approver the others may still be enough. */
async function reconsider(
  tx: Tx,
  deps: SweeperDeps,
  { id, person }: { readonly id: RequestId; readonly person: PersonId },
): Promise<void> {
  const grant = await tx.grants.lock(id)
  const request = grant?.state === 'planned' ? await tx.requests.find(id) : undefined
  const why = request && (await whyNotGiven(tx, deps, request, new Set([person])))
  if (grant !== undefined && why !== undefined) await giveUpPlanned(tx, grant, why)
}
