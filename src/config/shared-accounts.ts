import type { Person } from '../core/person.ts'
import { accountKeyAt, type ProviderNames } from '../core/settings.ts'
import type { Report } from './report.ts'

type Written = Person & { readonly written: string }

interface Use {
  readonly person: Written
  readonly account: string
}

/**
 * The same account under two people would let one human ask as one and vote as the other (A16). An account keyed by an
 * engine, or by an entry that stands for several providers, is one at each of them where the person has none of its own.
 */
export function reportSharedAccounts(
  report: Report,
  people: readonly Written[],
  providers: readonly ProviderNames[],
): void {
  const first = new Map<string, Use>()
  for (const use of people.flatMap((person) => Object.keys(person.accounts).map((account) => ({ person, account })))) {
    const names = namesOf(use, providers)
    const other = names.map((name) => first.get(name)).find((known) => known && known.person !== use.person)
    if (other !== undefined) reportShared(report, use, other)
    for (const name of names) if (!first.has(name)) first.set(name, use)
  }
}

function namesOf({ person, account }: Use, providers: readonly ProviderNames[]): readonly string[] {
  const { login, id } = person.accounts[account] ?? {}
  const used = providers.filter((each) => accountKeyAt(person, each) === account)
  const spaces = [account, ...used.map(({ key }) => key)]
  return spaces.flatMap((space) => [
    ...(login === undefined ? [] : [`${space} login ${login.toLowerCase()}`]),
    ...(id === undefined ? [] : [`${space} id ${id.toLowerCase()}`]),
  ])
}

function reportShared(report: Report, use: Use, other: Use): void {
  const where = report.whereIs(['people', other.person.written, 'accounts', other.account])
  report.add(
    ['people', use.person.written, 'accounts', use.account],
    `an account of one person; ${other.person.id} has the same at ${where}`,
  )
}
