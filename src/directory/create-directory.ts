import type { Refusal } from '../core/codes.ts'
import type { PersonId } from '../core/ids.ts'
import { isListed, type Person } from '../core/person.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { personById, type Settings } from '../core/settings.ts'
import type { AccountFacts, AccountLookup, AccountRef } from '../ports/chat.ts'
import type { Directory, Standing } from '../ports/directory.ts'
import type { Logger } from '../ports/log.ts'
import type { Store, Tx } from '../ports/store/store.ts'

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
    standingOf: (person) => standingOf(deps, person),
    ownerOf: async (account) => {
      const pinned = pinnedTo(deps.settings, account)
      return pinned?.id ?? deps.store.transact((tx) => tx.bindings.personOf(account))
    },
  }
}

/** Flags are checked before any binding: a refused account neither binds nor blocks anybody. */
async function identify(deps: DirectoryDeps, account: AccountRef): Promise<Result<Person, Refusal>> {
  const facts = await factsOf(deps, account)
  if (facts === undefined) return fail({ code: 'directory_unavailable' })
  if (facts.kind === 'refused') return refuse(deps, account, facts.why)
  if (facts.kind !== 'member') return refuse(deps, account, 'unknown')
  const pinned = pinnedTo(deps.settings, account)
  return pinned === undefined ? bound(deps, account, facts.address) : ok(pinned)
}

/** Undefined when the platform cannot be asked: that is no answer. */
async function factsOf(deps: DirectoryDeps, account: AccountRef): Promise<AccountFacts | undefined> {
  try {
    return await deps.lookups.get(account.platform)?.find(account)
  } catch (error) {
    deps.log.warn({ platform: account.platform, account: account.account, error: String(error) }, 'lookup_failed')
    return undefined
  }
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
function pinnedTo(settings: Settings, account: AccountRef): Person | undefined {
  return settings.people.find((each) => each.accounts[account.platform]?.login === account.account)
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
  const isBound =
    !isPinnedElsewhere(person, account) && (await store.transact((tx) => bindNew(tx, settings, account, person)))
  if (isBound) return ok(person)
  // Two first contacts of one account in the same instant: the other one bound it.
  if ((await store.transact((tx) => tx.bindings.personOf(account))) === person.id) return ok(person)
  await recordRefusal(deps, account, 'second_account')
  return fail({ code: 'second_account' })
}

/** Whom an account was taken for is told to those who can mend it. */
async function bindNew(tx: Tx, settings: Settings, account: AccountRef, { id }: Person): Promise<boolean> {
  const event = { name: 'account_bound', actor: id, detail: { ...account, person: id } } as const
  if (!(await tx.bindings.bind(account, id, event))) return false
  const readers = settings.people.filter((each) => isListed(each, settings.authority.administrators))
  const detail = { person: id, account: account.account }
  for (const reader of readers)
    await tx.notices.put({ kind: 'account_bound', platform: account.platform, reader: reader.id, detail })
  if (readers.length > 0) await tx.nudge()
  return true
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

/**
 * An account that a platform refuses is a clear answer. One that it does not know may be our own token looking elsewhere:
 * platforms keep who left as deactivated.
 */
async function standingOf(deps: DirectoryDeps, id: PersonId): Promise<Standing> {
  const person = personById(deps.settings, id)
  if (person === undefined) return { kind: 'gone', why: 'not_known' }
  const accounts = await accountsOf(deps, person)
  const facts = await Promise.all(accounts.map((account) => factsOf(deps, account)))
  const refused = facts.find((each) => each?.kind === 'refused')
  if (refused?.kind === 'refused') return { kind: 'gone', why: refused.why }
  // An account of the configuration that was never heard of says nothing; those that were heard do.
  const heard = facts.filter((each) => each?.kind !== 'unheard')
  const isHere = heard.length > 0 && heard.every((each) => each?.kind === 'member')
  return { kind: isHere ? 'here' : 'unsure' }
}

/** One a platform that is set up: the one that the configuration names, else the bound one. */
async function accountsOf(deps: DirectoryDeps, { id, accounts }: Person): Promise<readonly AccountRef[]> {
  const { homes } = deps.settings.identity
  const stored = await deps.store.transact((tx) => tx.bindings.accountsOf(id))
  return [...deps.lookups.keys()].flatMap((platform): readonly AccountRef[] => {
    const account = accounts[platform]?.login
    const tenant = homes[platform]
    if (account !== undefined && tenant !== undefined) return [{ platform, tenant, account }]
    return stored.filter((each) => each.platform === platform)
  })
}
