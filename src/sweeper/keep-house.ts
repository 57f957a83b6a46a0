import type { Settings } from '../core/settings.ts'
import type { Provider } from '../ports/provider.ts'
import { keepsHouse } from '../ports/provider.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import { faultWords } from './fault-words.ts'

const MINUTE_MS = 60_000
const WITHIN_MS = 30_000

/**
 * What providers left of their own accord, and what has no effect any more, is removed: in each minute by one replica. What is not removed
 * this time is found again the next time, since it is looked for at the provider.
 */
export async function keepHouse(deps: HouseDeps): Promise<void> {
  const housekeepers = [...deps.providers].filter(([, provider]) => keepsHouse(provider))
  if (housekeepers.length === 0) return
  const isOurs = await deps.store.transact((tx) =>
    tx.takeDelivery(`keep_house:${Math.floor(tx.now / MINUTE_MS)}`, (2 * MINUTE_MS) / 1000),
  )
  if (isOurs) await Promise.all(housekeepers.map((each) => tidyAt(deps, each)))
}

/** What housekeeping needs of everything. */
type HouseDeps = Pick<SweeperDeps, 'store' | 'providers' | 'log'> & { readonly settings: Pick<Settings, 'roles'> }

async function tidyAt({ log, settings }: HouseDeps, [key, provider]: readonly [string, Provider]): Promise<void> {
  if (!keepsHouse(provider)) return
  const about = { instance: provider.instance }
  try {
    const roles = settings.roles.filter((role) => role.provider === key)
    const scopes = roles.flatMap(({ entitlement }) => entitlement?.scope ?? [])
    const removed = await provider.tidy(scopes, AbortSignal.timeout(WITHIN_MS))
    if (!removed.ok) log.warn({ ...about, reason: faultWords(removed.error, provider.vendor) }, 'keep_house_failed')
    else if (removed.value > 0) log.info({ ...about, removed: removed.value }, 'house_kept')
  } catch (error) {
    log.error({ ...about, error: errorOf(error) }, 'provider_threw')
  }
}
