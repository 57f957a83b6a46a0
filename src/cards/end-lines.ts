import type { NativeEnd } from '../core/target.ts'
import type { Line } from './card.ts'
import type { GrantView, RequestView } from './request-view.ts'

/** What ends it should nobody take it back. Of several slots the weakest is said; of a vendor that is gone, nothing. */
export function endLines({ vendor }: RequestView, { slots }: GrantView): readonly Line[] {
  const weakest = WEAKEST_FIRST.find((end) => slots.some(({ nativeEnd }) => nativeEnd === end))
  return weakest === undefined ? [] : [[ENDS[weakest](vendor)]]
}

const WEAKEST_FIRST = ['none', 'new-sessions', 'hard'] as const satisfies readonly NativeEnd[]

const ENDS: Readonly<Record<NativeEnd, (vendor: string) => string>> = {
  none: (vendor) => `${vendor} has no end of its own: Thand takes it back`,
  'new-sessions': (vendor) => `${vendor} lets nothing new begin after that by itself; Thand takes it back`,
  hard: (vendor) => `${vendor} ends it by itself then, whatever happens to Thand`,
}
