import type { Card, Line } from '../cards/card.ts'
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
  return line.map((part) =>
    typeof part !== 'string' && part.kind === 'mention' ? { kind: part.kind, name: part.name } : part,
  )
}
