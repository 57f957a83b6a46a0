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
  /**
   * The slot is a thing of the grant's own: its name gets the grant's id at its end, so nothing ever stood there before. What
   * raising it needs beside the name is in `scope`, as the provider wrote it down for itself.
   */
  readonly own?: { readonly scope: string } | undefined
}

/** The name of a target's slot in a grant: `inline:req_7k2mq9xd` for one of its own. */
export function slotNameFor({ slot, own }: Target, grant: string): string {
  return own === undefined ? slot : `${slot}:${grant}`
}

/** What a provider ends by itself at a grant's end: all of it, what begins after that, nothing. */
export type NativeEnd = 'hard' | 'new-sessions' | 'none'
