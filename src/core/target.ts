/** The person at a provider, by the vendor's immutable id; `login` is today's name and only for reading. */
export interface Subject {
  readonly id: string
  readonly login: string
}

/** One fact at a provider that grants can meet on: (instance, subject, name), such as `org:acme` or `team:acme/sre`. */
export interface Slot {
  readonly instance: string
  readonly subject: Subject
  readonly name: string
}

/** A slot and the level that a role wants it at. */
export interface Target {
  readonly slot: string
  readonly level: string
}
