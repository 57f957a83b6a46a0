import type { PersonId, RequestId } from '../core/ids.ts'

/**
 * What we answer, before any platform renders it. A string is literal: no platform reads markup in it.
 * Times are seconds since 1970; a platform shows them in the reader's own zone.
 */
export interface Card {
  /** Also the notification, and what a screen reader says. */
  readonly title: Line
  readonly lines: readonly Line[]
  /** A person's own words, shown as a quotation. */
  readonly quote?: string
  readonly buttons: readonly Button[]
  /** The last, small line: the id and what else helps. */
  readonly footer?: Line
  /** The request that it shows, for programs. */
  readonly about?: RequestId
}

export type Line = readonly Inline[]

export type Inline =
  | string
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'time'; readonly at: number; readonly form: 'clock' | 'clock_seconds' | 'day_and_clock' }
  /** Calls the person where the platform knows them, else it is their name. */
  | { readonly kind: 'mention'; readonly person: PersonId; readonly name: string }

/** Pressing it is the same as typing its line. */
export interface Button {
  readonly label: string
  /** For a screen reader: what happens to whom. */
  readonly meaning: string
  readonly tone: 'good' | 'bad' | 'plain'
  readonly press: { readonly kind: 'line'; readonly line: string } | { readonly kind: 'form'; readonly form: string }
}

/** What a person is asked to fill in. `line` is built from the fields by `src/commands`. */
export interface Form {
  readonly id: 'request' | 'deny'
  readonly title: string
  readonly submit: string
  readonly intro: readonly Line[]
  readonly fields: readonly Field[]
  /** Opaque: comes back with the answer. Only an id of ours, never a fact. */
  readonly about: string
}

export interface Field {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly kind: 'text' | 'long_text' | 'choice'
  readonly isRequired: boolean
  readonly initial?: string
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
}

export interface FieldError {
  readonly field: string
  readonly message: string
}
