import type { WireCard } from '../wire/card.ts'
import { plainLine } from './plain-card.ts'

export interface ListedRole {
  /** As one asks for it: `github:org-admin`. */
  readonly key: string
  readonly words: string
}

/** What the card of `roles` lists: each line begins with a role as one types it. */
export function rolesIn({ lines }: WireCard): readonly ListedRole[] {
  return lines.flatMap(([first, ...rest]): readonly ListedRole[] => {
    if (first === undefined || typeof first === 'string' || first.kind !== 'code' || first.text.startsWith('/'))
      return []
    return [{ key: first.text, words: plainLine(rest).replace(/^[ ·]+/, '') }]
  })
}
