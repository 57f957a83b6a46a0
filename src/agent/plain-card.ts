import type { WireCard, WireLine } from '../wire/card.ts'
import { plainTime } from './plain-time.ts'
import { onOneLine, printable } from './printable.ts'
import type { Terminal } from './terminal.ts'

/** A card of the server as text: what is bold in a chat, stands plain here. */
export function drawCard(terminal: Terminal, card: WireCard): void {
  terminal.out(plainLine(card.title), 'bold')
  for (const line of card.lines) terminal.out(`  ${plainLine(line)}`)
  if (card.quote !== undefined) for (const line of printable(card.quote).split('\n')) terminal.out(`  > ${line}`)
  if (card.footer !== undefined) terminal.out(`  ${plainLine(card.footer)}`, 'dim')
}

export function plainLine(line: WireLine): string {
  return onOneLine(line.map(plainInline).join(''))
}

function plainInline(part: WireLine[number]): string {
  if (typeof part === 'string') return part
  switch (part.kind) {
    case 'strong':
      return part.text
    case 'code':
      // What one types in chat is typed here without the slash.
      return part.text.replace(/^\/thand\b/, 'thand')
    case 'time':
      return plainTime(part.at * 1000, part.form)
    case 'mention':
      return part.name
  }
}
