import { fail, ok, type Result } from '../core/result.ts'
import type { Target } from '../core/target.ts'
import { type Fault, listsHolders, type Provider } from '../ports/provider.ts'
import type { HoldersByTarget, ToCompare } from '../ports/store/grants.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellThread } from '../usecases/tell.ts'
import type { SweeperDeps } from './deps.ts'
import { errorOf } from './error-of.ts'
import type { InFlight } from './in-flight.ts'

const AT_ONCE = 20
const RETRY_MS = 30_000

/** Who holds the privileges of these targets now. Empty where none of them lets its holder change others. */
export async function listHolders(
  provider: Provider,
  targets: readonly Target[],
): Promise<Result<HoldersByTarget, Fault>> {
  const found: Record<string, readonly string[]> = {}
  if (!listsHolders(provider)) return ok(found)
  for (const target of targets) {
    const holders = await provider.holdersOf(target)
    if (holders === undefined) continue
    if (!holders.ok) return fail(holders.error)
    found[target.slot] = holders.value
  }
  return ok(found)
}

/** What a temporary holder may have changed about the others is told (grant protocol, rule 13); it is not undone. */
export async function compareHolders(deps: SweeperDeps, inFlight: InFlight<string>): Promise<number> {
  const due = await deps.store.transact((tx) => tx.grants.claimToCompare(AT_ONCE, RETRY_MS))
  for (const grant of due) {
    if (inFlight.has(grant.id)) continue
    inFlight.run(grant.id, grant.providerKey, () =>
      compare(deps, grant).catch((error: unknown) =>
        deps.log.error({ grant: grant.id, error: errorOf(error) }, 'compare_failed'),
      ),
    )
  }
  return due.length
}

async function compare(deps: SweeperDeps, grant: ToCompare): Promise<void> {
  const provider = deps.providers.get(grant.providerKey)
  if (provider === undefined || provider.instance !== grant.instance) return
  const request = await deps.store.transact((tx) => tx.requests.find(grant.id))
  if (request === undefined) return
  const after = await listHolders(provider, request.role.targets)
  if (!after.ok) return
  await deps.store.transact((tx) => settle(tx, deps, { grant, after: after.value, vendor: provider.vendor }))
}

interface Compared {
  readonly grant: ToCompare
  readonly after: HoldersByTarget
  readonly vendor: string
}

async function settle(tx: Tx, deps: SweeperDeps, { grant, after, vendor }: Compared): Promise<void> {
  const changes = Object.entries(grant.before).map(([slot, before]) => {
    const now = after[slot] ?? []
    const added = now.filter((name) => !before.includes(name))
    const removed = before.filter((name) => !now.includes(name))
    return { slot, added, removed }
  })
  const changed = changes.filter(({ added, removed }) => added.length > 0 || removed.length > 0)
  await tx.grants.compared(grant.id, {
    name: 'holders_compared',
    actor: 'timer',
    subject: grant.id,
    detail: { changed },
  })
  const request = await tx.requests.find(grant.id)
  if (request === undefined || changed.length === 0) return
  deps.log.warn({ grant: grant.id, changed }, 'holders_changed')
  for (const { added, removed } of changed) {
    const more = added.length === 0 ? [] : [`now also ${added.join(', ')}`]
    const fewer = removed.length === 0 ? [] : [`no longer ${removed.join(', ')}`]
    await tellThread(tx, request, [
      `While this was held, who else holds it at ${vendor} changed: ${[...more, ...fewer].join('; ')}. Thand undoes none of it`,
    ])
  }
  await tx.nudge()
}
