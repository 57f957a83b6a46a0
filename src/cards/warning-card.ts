import type { Card, Line } from './card.ts'
import { holdingButtons } from './request-card.ts'
import type { RequestView } from './request-view.ts'
import { roleOf } from './request-words.ts'
import { clock, code, spanOf, timeTo } from './words.ts'

/** To the holder, shortly before the end. */
export function warningCard(view: RequestView, now: number): Card {
  const { expiresAt, leftSeconds = 0 } = view.grant ?? {}
  const end: Line =
    expiresAt === undefined ? ['Ends soon'] : ['Ends at ', clock(expiresAt), `, in ${timeTo(expiresAt - now)}`]
  const more: Line =
    leftSeconds > 0
      ? [`It can last ${spanOf(leftSeconds)} more at most${view.votesNeeded > 0 ? ', if that is approved' : ''}`]
      : ['It lasts as long as its role allows: it can be asked for anew when it has ended']
  return {
    title: [...end, ': ', ...roleOf(view)],
    lines: [more],
    buttons: holdingButtons(view),
    footer: [code(view.id)],
  }
}
