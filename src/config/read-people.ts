import { z } from 'zod'
import { personIdOf } from '../core/ids.ts'
import type { PeopleList, Person } from '../core/person.ts'
import type { ProviderNames } from '../core/settings.ts'
import { ADDRESS } from './address.ts'
import { KEY, text } from './fields.ts'
import type { Path } from './problem.ts'
import { isMapping, type Mapping } from './read-document.ts'
import type { Report } from './report.ts'
import { reportSharedAccounts } from './shared-accounts.ts'
import { parseAt, strict } from './strict.ts'

const vendorId = z
  .union([z.string(), z.number().int()], { error: "the vendor's id" })
  .transform((id) => String(id).trim())
  .pipe(z.string().min(1, "the vendor's id"))
const account = z.preprocess(
  (raw) => (isMapping(raw) ? raw : { login: raw }),
  strict({ login: text('a login in quotes, or { login, id }'), id: vendorId.optional() }).transform(({ login, id }) =>
    id === undefined ? { login } : { login, id },
  ),
)
const person = strict({
  name: text('a name'),
  groups: z.array(text('the name of a group'), { error: 'a list of groups' }).default([]),
  accounts: z
    .record(z.string().regex(KEY, 'a provider, an engine or a chat platform'), account, {
      error: 'accounts by provider, such as { github: ann-acme }',
    })
    .default({})
    .transform(asPlatformsWrite),
})

type Accounts = Record<string, z.output<typeof account>>

/** The id of an account of Teams is a number in letters: as Teams writes it, whatever a portal showed. */
function asPlatformsWrite({ teams, ...others }: Accounts): Accounts {
  return teams === undefined ? others : { ...others, teams: { ...teams, login: teams.login.toLowerCase() } }
}

/** The people, and what the lists of others may name. Names of entries that are wrong count: they are reported already. */
export interface People {
  readonly all: readonly Person[]
  readonly addresses: readonly string[]
  readonly groups: readonly string[]
  /** Nothing is wrong with any of them, so they can be counted. */
  readonly isComplete: boolean
}

/** `providers`: accounts are keyed by their names. */
export function readPeople(report: Report, raw: Mapping, providers: readonly ProviderNames[]): People {
  const entries = Object.entries(raw)
  const problemsBefore = report.size
  reportSameAddress(report, Object.keys(raw))
  const all = entries.flatMap(([key, value]) => {
    const path = ['people', key]
    const parsed = parseAt(report, person, { path, raw: value })
    const isAddress = ADDRESS.test(personIdOf(key))
    if (!isAddress) report.addForKey(path, 'an address as key, such as ann@acme.example')
    return parsed && isAddress ? [{ id: personIdOf(key), ...parsed, written: key }] : []
  })
  reportSharedAccounts(report, all, providers)
  return {
    all: all.map(({ written: _, ...each }) => each),
    addresses: Object.keys(raw).map(personIdOf),
    groups: [...new Set(entries.flatMap(([, value]) => groupsIn(value)))],
    isComplete: report.size === problemsBefore,
  }
}

/** A group exists because somebody is in it; one that nobody is in is a slip, and never everybody. */
export function checkPeopleList(report: Report, part: { path: Path; list: PeopleList }, people: People): void {
  const { path, list } = part
  list.groups.forEach((group, index) => {
    if (people.groups.includes(group)) return
    report.addUnknown([...path, 'groups', index], group, {
      what: 'a group of somebody in people',
      words: people.groups,
    })
  })
  list.users.forEach((user, index) => {
    if (people.addresses.includes(user)) return
    report.addUnknown([...path, 'users', index], user, { what: 'an address in people', words: people.addresses })
  })
}

function reportSameAddress(report: Report, keys: readonly string[]): void {
  const first = new Map<string, string>()
  for (const key of keys) {
    const known = first.get(personIdOf(key))
    if (known === undefined) first.set(personIdOf(key), key)
    else {
      const where = report.whereIs(['people', known])
      report.addForKey(['people', key], `each address once, in whatever case; ${known} is at ${where}`)
    }
  }
}

function groupsIn(value: unknown): readonly string[] {
  const groups = isMapping(value) ? value['groups'] : undefined
  if (!Array.isArray(groups)) return []
  return groups.filter((group) => typeof group === 'string').map((group) => group.trim())
}
