import type { AuditEvent } from '../core/audit.ts'

/**
 * What is counted for operators. Labels are words of ours and keys of the configuration, so that there are few of them:
 * never a person, an id, an address or a secret.
 */
export interface Metrics {
  /** An event of the record, committed by this process. */
  recorded(event: AuditEvent): void
  /** What somebody asked of us was answered. `route` is the pattern of the path, never the path itself. */
  answered(answer: { readonly route: string; readonly status: number; readonly seconds: number }): void
}
