import type { PersonId } from './ids.ts'

export interface Person {
  readonly id: PersonId
  readonly name: string
  readonly groups: readonly string[]
  /** By provider key, engine or chat platform: the name or id that the person has there. */
  readonly accounts: Readonly<Record<string, AccountName>>
}

export interface AccountName {
  readonly login: string
  /** The vendor's own id, when the configuration confirms it. */
  readonly id?: string
}

/** An empty or absent list means nobody. */
export interface PeopleList {
  readonly users: readonly PersonId[]
  readonly groups: readonly string[]
}

export interface ScopeList extends PeopleList {
  readonly domains: readonly string[]
}

export function isListed(person: Person, list: PeopleList): boolean {
  return list.users.includes(person.id) || list.groups.some((group) => person.groups.includes(group))
}

/** Who may ask for a role. */
export interface Scopes {
  readonly allow: ScopeList
  /** What the roles that it inherits allow: whoever asks is in each of these as well. */
  readonly within?: readonly ScopeList[] | undefined
  readonly deny: ScopeList
}

/** Deny wins over allow. */
export function isEligible(person: Person, scopes: Scopes): boolean {
  return isAllowed(person, scopes) && !isInScope(person, scopes.deny)
}

export function isAllowed(person: Person, { allow, within = [] }: Scopes): boolean {
  return [allow, ...within].every((list) => isInScope(person, list))
}

export function isInScope(person: Person, list: ScopeList): boolean {
  const domain = person.id.slice(person.id.lastIndexOf('@') + 1)
  return isListed(person, list) || list.domains.includes(domain)
}
