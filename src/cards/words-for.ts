import type { Refusal } from '../core/codes.ts'
import type { Line } from './card.ts'

/** Words for each of these codes: a title, and lines with what would work. `line` is what the person typed. */
export type WordsFor<C extends Refusal['code']> = {
  readonly [K in C]: (refusal: Refusal & { readonly code: K }, line: string) => readonly Line[]
}
