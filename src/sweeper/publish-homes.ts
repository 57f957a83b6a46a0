import type { Card } from '../cards/card.ts'
import { errorCard } from '../cards/error-card.ts'
import type { PersonId } from '../core/ids.ts'
import { isListed } from '../core/person.ts'
import { retryDelayMs } from '../core/retry.ts'
import { personById } from '../core/settings.ts'
import type { Delivery } from '../ports/chat.ts'
import type { StoredHome } from '../ports/store/homes.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { viewHome } from '../usecases/view-home.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import type { InFlight } from './in-flight.ts'

const NEWS_AT_ONCE = 200
/** Platforms take about a hundred a minute, and presses need their share. */
const HOMES_AT_ONCE = 8
/** Longer than publishing can take. */
const TURN_MS = 20_000
const TRIES_MAX = 5

/** Pages show what has changed: of those who looked at theirs lately, whom it concerns. */
export function markChangedHomes(deps: SweeperDeps): Promise<number> {
  return deps.store.transact(async (tx) => {
    const news = await tx.homes.claimNews(NEWS_AT_ONCE)
    const open = news.length === 0 ? [] : await tx.homes.openPeople()
    if (open.length > 0) await markChanged(tx, deps, { news, open })
    return news.length
  })
}

async function markChanged(
  tx: Tx,
  deps: SweeperDeps,
  { news, open }: { readonly news: readonly StoredRequest[]; readonly open: readonly PersonId[] },
): Promise<void> {
  const concerned = new Set<PersonId>()
  for (const request of news) {
    for (const vote of await tx.requests.votes(request.id)) concerned.add(vote.person)
    for (const person of open) if (isConcerned(deps, person, request)) concerned.add(person)
  }
  await tx.homes.changed(open.filter((person) => concerned.has(person)))
}

export function hasRoomForHomes(inFlight: InFlight<string>): boolean {
  return inFlight.countOf('homes') < HOMES_AT_ONCE
}

export async function publishHomes(deps: SweeperDeps, inFlight: InFlight<string>, wake: () => void): Promise<number> {
  const limit = HOMES_AT_ONCE - inFlight.countOf('homes')
  const homes = await deps.store.transact((tx) => tx.homes.claim(limit, TURN_MS))
  for (const home of homes) {
    const publishing = () =>
      publish(deps, home).catch((error: unknown) =>
        deps.log.warn({ person: home.person, error: errorOf(error) }, 'home_work_failed'),
      )
    inFlight.run(`home:${home.platform}:${home.person}:${home.takenUntil}`, 'homes', () => publishing().finally(wake))
  }
  return homes.length
}

/** Who asked, and those who decide about such a role; voters are looked up. */
function isConcerned({ settings }: SweeperDeps, id: PersonId, { requester, role }: StoredRequest): boolean {
  const person = personById(settings, id)
  if (person === undefined) return false
  const lists = (role.workflow?.stages ?? []).map((stage) => stage.approvers)
  return requester === id || lists.some((list) => isListed(person, list))
}

async function publish(deps: SweeperDeps, home: StoredHome): Promise<void> {
  const platform = deps.platforms.get(home.platform)
  const card = await cardFor(deps, home)
  const key = `home:${home.person}`
  const delivery: Delivery =
    platform === undefined
      ? { kind: 'unreachable', why: 'no_platform' }
      : await platform
          .post({ kind: 'home', account: home.account }, card, { key })
          .catch((error: unknown): Delivery => ({ kind: 'unknown', why: errorOf(error) }))
  await deps.store.transact((tx) => settle(tx, deps, home, delivery))
}

/** An account that is not this person's any more sees nothing of theirs. */
async function cardFor(deps: SweeperDeps, home: StoredHome): Promise<Card> {
  const person = personById(deps.settings, home.person)
  const isTheirs = (await deps.directory.accountOf(home.person, home.platform)) === home.account
  if (person === undefined || !isTheirs) return errorCard({ code: 'unknown_person', address: undefined })
  return deps.store.transact((tx) => viewHome(tx, deps, person))
}

async function settle(tx: Tx, deps: SweeperDeps, home: StoredHome, delivery: Delivery): Promise<void> {
  if (delivery.kind === 'sent') return tx.homes.shown(home)
  if (delivery.kind === 'slow_down') return tx.homes.failed(home, tx.now + delivery.seconds * 1000)
  const why = delivery.kind === 'gone' ? 'gone' : delivery.why
  deps.log.warn({ person: home.person, platform: home.platform, why, tries: home.tries }, 'home_not_published')
  const isWorthIt = delivery.kind === 'unknown' && home.tries + 1 < TRIES_MAX
  await tx.homes.failed(home, isWorthIt ? tx.now + 1000 + retryDelayMs(home.tries, deps.random()) : undefined)
}
