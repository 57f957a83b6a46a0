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

/** Deny wins over allow. */
export function isEligible(person: Person, scopes: { readonly allow: ScopeList; readonly deny: ScopeList }): boolean {
  return isInScope(person, scopes.allow) && !isInScope(person, scopes.deny)
}

export function isInScope(person: Person, list: ScopeList): boolean {
  const domain = person.id.slice(person.id.lastIndexOf('@') + 1)
  return isListed(person, list) || list.domains.includes(domain)
}
