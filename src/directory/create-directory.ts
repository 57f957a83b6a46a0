import type { Refusal } from '../core/codes.ts'
import type { PersonId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { personById, type Settings } from '../core/settings.ts'
import type { AccountLookup, AccountRef } from '../ports/chat.ts'
import type { Directory } from '../ports/directory.ts'
import type { Logger } from '../ports/log.ts'
import type { Store } from '../ports/store/store.ts'

export interface DirectoryDeps {
  readonly settings: Settings
  readonly store: Store
  readonly lookups: ReadonlyMap<string, AccountLookup>
  readonly log: Logger
}

export function createDirectory(deps: DirectoryDeps): Directory {
  return {
    identify: (account) => identify(deps, account),
    accountOf: (person, platform) => accountOf(deps, person, platform),
  }
}

/** Flags are checked before any binding: a refused account neither binds nor blocks anybody. */
async function identify(deps: DirectoryDeps, account: AccountRef): Promise<Result<Person, Refusal>> {
  const lookup = deps.lookups.get(account.platform)
  if (lookup === undefined) return fail({ code: 'directory_unavailable' })
  let facts: Awaited<ReturnType<AccountLookup['find']>>
  try {
    facts = await lookup.find(account)
  } catch (error) {
    deps.log.warn({ platform: account.platform, account: account.account, error: String(error) }, 'lookup_failed')
    return fail({ code: 'directory_unavailable' })
  }
  if (facts.kind === 'refused') return refuse(deps, account, facts.why)
  if (facts.kind === 'unknown') return refuse(deps, account, 'unknown')
  return pinnedOf(deps.settings, account) ?? bound(deps, account, facts.address)
}

async function refuse(deps: DirectoryDeps, account: AccountRef, why: string): Promise<Result<Person, Refusal>> {
  await recordRefusal(deps, account, why)
  return fail({ code: 'account_refused', why: why.replaceAll('_', ' ') })
}

function recordRefusal(deps: DirectoryDeps, account: AccountRef, why: string): Promise<void> {
  const detail = { platform: account.platform, account: account.account, tenant: account.tenant, why }
  return deps.store.transact((tx) => tx.record({ name: 'account_refused', actor: 'system', detail }))
}

/** What the configuration fixes by hand wins over everything. */
function pinnedOf(settings: Settings, account: AccountRef): Result<Person, Refusal> | undefined {
  const person = settings.people.find((each) => each.accounts[account.platform]?.login === account.account)
  return person === undefined ? undefined : ok(person)
}

async function bound(
  deps: DirectoryDeps,
  account: AccountRef,
  address: string | undefined,
): Promise<Result<Person, Refusal>> {
  const { settings, store } = deps
  const stored = await store.transact((tx) => tx.bindings.personOf(account))
  const known = stored === undefined ? undefined : personById(settings, stored)
  if (known !== undefined && !isPinnedElsewhere(known, account)) return ok(known)
  if (stored !== undefined || settings.identity.binding === 'pinned') return fail({ code: 'unknown_person', address })
  const person = address === undefined ? undefined : personOfAddress(settings, address)
  if (person === undefined) return fail({ code: 'unknown_person', address })
  const detail = { platform: account.platform, account: account.account, tenant: account.tenant, person: person.id }
  const isBound =
    !isPinnedElsewhere(person, account) &&
    (await store.transact((tx) =>
      tx.bindings.bind(account, person.id, { name: 'account_bound', actor: person.id, detail }),
    ))
  if (isBound) return ok(person)
  // Two first contacts of one account in the same instant: the other one bound it.
  if ((await store.transact((tx) => tx.bindings.personOf(account))) === person.id) return ok(person)
  await recordRefusal(deps, account, 'second_account')
  return fail({ code: 'second_account' })
}

function isPinnedElsewhere(person: Person, account: AccountRef): boolean {
  const pinned = person.accounts[account.platform]
  return pinned !== undefined && pinned.login !== account.account
}

function personOfAddress(settings: Settings, address: string): Person | undefined {
  const lower = address.toLowerCase()
  const domain = lower.slice(lower.lastIndexOf('@') + 1)
  if (!settings.identity.domains.includes(domain)) return undefined
  return settings.people.find((person) => person.id === lower)
}

async function accountOf(deps: DirectoryDeps, id: PersonId, platform: string): Promise<string | undefined> {
  const pinned = personById(deps.settings, id)?.accounts[platform]?.login
  if (pinned !== undefined) return pinned
  const stored = await deps.store.transact((tx) => tx.bindings.accountOf(id, platform))
  return stored ?? deps.lookups.get(platform)?.findByAddress(id)
}
