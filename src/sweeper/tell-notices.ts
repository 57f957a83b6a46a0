import { type NoticeView, noticeCard } from '../cards/notice-card.ts'
import { nameOf } from '../core/settings.ts'
import type { StoredNotice } from '../ports/store/notices.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import type { InFlight } from './in-flight.ts'

const AT_ONCE = 20
/** Longer than a post can take, so that none is sent twice at a time. */
const RETRY_MS = 30_000
const RETRY_MAX_MS = 3600_000
const TRIES_MAX = 20

/** What administrators are told that belongs to no request: directly, beside the pass. */
export async function tellNotices(deps: SweeperDeps, inFlight: InFlight<string>): Promise<number> {
  const due = await deps.store.transact((tx) => {
    const next = (tries: number) =>
      tries + 1 < TRIES_MAX ? tx.now + Math.min(RETRY_MS * 2 ** tries, RETRY_MAX_MS) : undefined
    return tx.notices.claim(AT_ONCE, next)
  })
  for (const notice of due) {
    inFlight.run(`notice:${notice.id}`, 'notices', () =>
      tell(deps, notice).catch((error: unknown) =>
        deps.log.warn({ notice: notice.id, tries: notice.tries, error: errorOf(error) }, 'notice_not_sent'),
      ),
    )
  }
  return due.length
}

async function tell(deps: SweeperDeps, notice: StoredNotice): Promise<void> {
  const account = await deps.directory.accountOf(notice.reader, notice.platform)
  const platform = deps.platforms.get(notice.platform)
  if (account === undefined || platform === undefined) throw new Error(`${notice.reader} has no account to be told at`)
  const delivery = await platform.post({ kind: 'direct', account }, noticeCard(viewOf(deps, notice)), {
    key: `notice:${notice.id}`,
  })
  if (delivery.kind !== 'sent') throw new Error(`it was not sent: ${delivery.kind}`)
  await deps.store.transact((tx) => tx.notices.sent(notice.id))
}

function viewOf({ settings }: SweeperDeps, notice: StoredNotice): NoticeView {
  const { platform, reader } = notice
  const { person: id } = notice.detail
  const person = { id, name: nameOf(settings, id) }
  if (notice.kind === 'account_bound') return { kind: notice.kind, platform, person, account: notice.detail.account }
  return { ...notice.detail, kind: notice.kind, person, isReaders: reader === id }
}
