/** Events for operators: a name in snake case, ids, durations in ms, the reason; never a sentence and never a secret. */
export interface Logger {
  debug(fields: LogFields, event: string): void
  info(fields: LogFields, event: string): void
  warn(fields: LogFields, event: string): void
  error(fields: LogFields, event: string): void
  child(fields: LogFields): Logger
}

export type LogFields = Readonly<Record<string, unknown>>
