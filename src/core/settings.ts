import type { PersonId } from './ids.ts'
import type { PeopleList, Person } from './person.ts'
import type { Role } from './role.ts'

/** What the rules need of the configuration. */
export interface Settings {
  readonly hash: string
  readonly people: readonly Person[]
  readonly roles: readonly Role[]
  readonly authority: { readonly administrators: PeopleList; readonly auditors: PeopleList }
  readonly limits: {
    readonly pendingSeconds: number
    readonly pendingPerPerson: number
    readonly commandsPerMinute: number
  }
  readonly identity: {
    readonly domains: readonly string[]
    readonly binding: 'first_contact' | 'pinned'
    /** The tenant that is ours on each platform: where accounts are that the configuration names. */
    readonly homes: Readonly<Record<string, string>>
  }
  readonly providers: readonly (ProviderNames & { readonly name: string })[]
}

/** What accounts of people at a provider may be keyed by, the first that is there. */
export interface ProviderNames {
  readonly key: string
  /** The key of its entry in the configuration, which may stand for several. */
  readonly entry: string
  readonly engine: string
}

export function personById(settings: Settings, id: PersonId): Person | undefined {
  return settings.people.find((person) => person.id === id)
}

export function nameOf(settings: Settings, id: string): string {
  return settings.people.find((person) => person.id === id)?.name ?? id
}

/** Somebody whom the role could be given to only once the configuration says who they are there. */
export function lacksAccount(settings: Settings, person: Person, role: Role): boolean {
  return role.needsNoAccount !== true && accountAt(settings, person, role.provider) === undefined
}

export function accountAt(
  settings: Settings,
  person: Person,
  provider: string,
): Person['accounts'][string] | undefined {
  const names = settings.providers.find((each) => each.key === provider)
  return person.accounts[(names && accountKeyAt(person, names)) ?? provider]
}

export function accountKeyAt({ accounts }: Person, { key, entry, engine }: ProviderNames): string | undefined {
  return [key, entry, engine].find((each) => accounts[each] !== undefined)
}
