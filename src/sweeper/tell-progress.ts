import type { Line } from '../cards/card.ts'
import { clock, clockSeconds, strong } from '../cards/words.ts'
import type { GrantFacts, Report, SlotFacts } from '../core/protocol/facts.ts'
import { nameOf } from '../core/settings.ts'
import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellRequester, tellThread } from '../usecases/tell.ts'
import type { Work } from './work.ts'

interface Progress {
  readonly before: SlotFacts
  readonly after: SlotFacts
  readonly reports: readonly Report[]
}

/** What people are told of a round: access that began or is gone, and what somebody else changed. In the same transaction. */
export async function tellProgress(tx: Tx, work: Work, { before, after, reports }: Progress): Promise<void> {
  let isNews = false
  for (const grant of after.grants.values()) {
    const was = before.grants.get(grant.id)?.state
    if (was === grant.state && reports.length === 0) continue
    const request = await tx.requests.find(grant.id)
    if (request === undefined) continue
    isNews = true
    if (was !== grant.state) await tellMove(tx, work, { request, grant, after })
    for (const report of reports) await tellReport(tx, work, request, report)
  }
  if (isNews) await tx.nudge()
}

interface Moved {
  readonly request: StoredRequest
  readonly grant: GrantFacts
  readonly after: SlotFacts
}

async function tellMove(tx: Tx, { deps, provider, claimed }: Work, { request, grant, after }: Moved): Promise<void> {
  const who = nameOf(deps.settings, request.requester)
  const role: Line = [strong(request.role.name), ' at ', strong(request.role.providerName)]
  if (grant.state === 'active') {
    const until: Line = grant.expiresAt === undefined ? [] : [' until ', clock(grant.expiresAt)]
    await tellThread(tx, request, [`${who} is `, ...role, ...until])
    await tellRequester(tx, request, ['You are ', ...role, ...until])
  } else if (grant.state === 'revoked') {
    const level = provider.levelName(claimed.name, after.seen ?? 'absent')
    const what: Line = ['Ended ', clockSeconds(tx.now), ': ', strong(level), `, checked at ${provider.vendor}`]
    await tellThread(tx, request, what)
    await tellRequester(tx, request, what)
  }
}

async function tellReport(tx: Tx, { provider, claimed }: Work, request: StoredRequest, report: Report): Promise<void> {
  const name = (level: string) => provider.levelName(claimed.name, level)
  const words =
    report.kind === 'changed_by_hand'
      ? `Somebody changed this at ${provider.vendor}: ${name(report.from)} to ${name(report.to)}. It is theirs, and not fought`
      : `An invitation as ${name(report.level)} stands where a member was; it is withdrawn at the end`
  await tx.record({
    name: 'slot_changed_by_hand',
    actor: 'unknown',
    subject: request.id,
    detail: { slot: claimed.name, ...report },
  })
  await tellThread(tx, request, [words])
}
