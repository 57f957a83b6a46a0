import type { Line } from './card.ts'
import type { GrantView } from './request-view.ts'
import { clock, spanOf } from './words.ts'

/** What was opened with the access and outlives it: for how long before the end, until when after it. */
export function lingerLines({ lingerSeconds, revokedAt, state }: GrantView): readonly Line[] {
  if (lingerSeconds === 0) return []
  if (state !== 'revoked')
    return [[`what is opened with it may go on for up to ${spanOf(lingerSeconds)} after the end`]]
  if (revokedAt === undefined) return []
  return [['what was opened before may go on until ', clock(revokedAt + lingerSeconds * 1000), ' at the latest']]
}
