import type { Card } from '../cards/card.ts'
import { code, strong } from '../cards/words.ts'
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
export async function tellNotices(deps: SweeperDeps, inFlight: InFlight<string>): Promise<void> {
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
}

async function tell(deps: SweeperDeps, notice: StoredNotice): Promise<void> {
  const account = await deps.directory.accountOf(notice.reader, notice.platform)
  const platform = deps.platforms.get(notice.platform)
  if (account === undefined || platform === undefined) throw new Error(`${notice.reader} has no account to be told at`)
  const delivery = await platform.post({ kind: 'direct', account }, cardOf(deps, notice), {
    key: `notice:${notice.id}`,
  })
  if (delivery.kind !== 'sent') throw new Error(`it was not sent: ${delivery.kind}`)
  await deps.store.transact((tx) => tx.notices.sent(notice.id))
}

function cardOf({ settings }: SweeperDeps, { platform, detail }: StoredNotice): Card {
  return {
    title: [
      'The ',
      platform,
      ' account ',
      code(detail.account),
      ' is ',
      strong(nameOf(settings, detail.person)),
      ' from now on',
    ],
    lines: [
      [`It acted for the first time, and its confirmed address is ${detail.person}.`],
      ['If that is wrong, name the right one under ', code('accounts'), ' in thand.yaml: it wins over this'],
    ],
    buttons: [],
  }
}
