import type { AuditEvent } from '../../core/audit.ts'
import type { PersonId } from '../../core/ids.ts'
import type { Subject } from '../../core/target.ts'
import type { AccountRef } from '../chat.ts'

export interface Bindings {
  personOf(account: AccountRef): Promise<PersonId | undefined>
  accountOf(person: PersonId, platform: string): Promise<string | undefined>
  /** Every account that is bound to the person, on any platform. */
  accountsOf(person: PersonId): Promise<readonly AccountRef[]>
  /** False when the person has another account there: nothing was written. */
  bind(account: AccountRef, person: PersonId, event: AuditEvent): Promise<boolean>
  unbind(account: AccountRef, event: AuditEvent): Promise<void>
  subjectOf(person: PersonId, instance: string): Promise<Subject | undefined>
  /** False when that vendor's id belongs to another person here, or this person was pinned meanwhile. Nothing was written. */
  bindSubject(person: PersonId, instance: string, subject: Subject, event: AuditEvent): Promise<boolean>
}
