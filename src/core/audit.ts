/** One fact of the record. `actor` is a person's id, `timer` or `system`; `detail` holds ids and words, never a secret. */
export interface AuditEvent {
  readonly name: AuditName
  readonly actor: string
  /** The request or the device that it is about, or undefined. */
  readonly subject?: string
  readonly detail?: Readonly<Record<string, unknown>>
}

export type AuditName =
  | 'request_asked'
  | 'request_approved'
  | 'request_denied'
  | 'request_cancelled'
  | 'request_lapsed'
  | 'vote_counted'
  | 'vote_withdrawn'
  | 'vote_refused'
  | 'grant_planned'
  | 'grant_prepared'
  | 'grant_granting'
  | 'grant_active'
  | 'grant_extended'
  | 'grant_revoking'
  | 'grant_revoked'
  | 'grant_overdue'
  | 'attempt_intended'
  | 'attempt_answered'
  | 'slot_changed_by_hand'
  | 'credential_intended'
  | 'credential_issued'
  | 'credential_not_issued'
  | 'credential_returned'
  | 'credential_withdrawn'
  | 'holders_compared'
  | 'account_bound'
  | 'account_refused'
  | 'subject_bound'
  | 'subject_refused'
  | 'configuration_loaded'
  | 'device_bound'
  | 'device_refused'
  | 'device_ended'
  | 'code_wrong'
