import type { Card, Line } from '../cards/card.ts'
import { REACTIONS } from '../cards/plain-text.ts'
import type { WireCard, WireLine } from '../wire/card.ts'

/** A card without what only a chat can do: no buttons, and names for mentions. */
export function wireCard({ title, lines, quote, footer }: Card): WireCard {
  return {
    title: wireLine(title),
    lines: lines.map(wireLine),
    ...(quote === undefined ? {} : { quote }),
    ...(footer === undefined ? {} : { footer: wireLine(footer) }),
  }
}

function wireLine(line: Line): WireLine {
  return line.map((part) => {
    if (typeof part === 'string') return part
    if (part.kind === 'mention') return { kind: part.kind, name: part.name }
    if (part.kind === 'command') return { kind: 'code', text: `/thand ${part.line}` }
    return part.kind === 'reactions' ? REACTIONS : part
  })
}
