import type { Person } from '../core/person.ts'
import { isListed } from '../core/person.ts'
import type { Settings } from '../core/settings.ts'
import type { StoredRequest } from '../ports/store/requests.ts'

function isApprover(person: Person, request: StoredRequest): boolean {
  return request.role.workflow?.stages.some((stage) => isListed(person, stage.approvers)) ?? false
}

/** Its holder, the role's approvers and administrators. */
export function mayEnd(settings: Settings, person: Person, request: StoredRequest): boolean {
  return (
    person.id === request.requester ||
    isApprover(person, request) ||
    isListed(person, settings.authority.administrators)
  )
}

/** The same, and auditors. To everybody else it does not exist. */
export function maySee(settings: Settings, person: Person, request: StoredRequest): boolean {
  return mayEnd(settings, person, request) || isListed(person, settings.authority.auditors)
}
