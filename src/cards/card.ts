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
  /** Whose words they are is said in the first line; without this, in the title. */
  readonly isQuoteUnderFirstLine?: boolean
  readonly buttons: readonly Button[]
  /** The last, small line: the id and what else helps. */
  readonly footer?: Line
  /** The request that it shows, for programs. */
  readonly about?: RequestId
  /** Of a person's own page, and of nothing else. */
  readonly sections?: readonly Section[]
}

/** Several cards under one heading. */
export interface Section {
  readonly heading: string
  readonly cards: readonly Card[]
  /** What stands there instead of nothing. */
  readonly empty: Line
}

export type Line = readonly Inline[]

export type Inline =
  | string
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  /** A line to type: `request github:org-admin 30m`. A platform puts before it what calls us there. */
  | { readonly kind: 'command'; readonly line: string }
  /** Which reactions count, in the words of the platform. */
  | { readonly kind: 'reactions' }
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
  readonly id: 'request' | 'deny' | 'extend'
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
  /** `search`: the choices are asked for while the person types; those here are the ones that `initial` may name. */
  readonly kind: 'text' | 'long_text' | 'choice' | 'search'
  readonly isRequired: boolean
  readonly initial?: string
  /** Stands in the empty field: what happens when nothing is filled in. */
  readonly placeholder?: string
  readonly choices?: readonly Choice[]
}

export interface Choice {
  readonly value: string
  readonly label: string
  /** A second, smaller line. */
  readonly hint?: string
}

export interface FieldError {
  readonly field: string
  readonly message: string
}
