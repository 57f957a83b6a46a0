import type { Inline, Line } from './card.ts'

export function strong(text: string): Inline {
  return { kind: 'strong', text }
}

export function code(text: string): Inline {
  return { kind: 'code', text }
}

/** What one types, as it is typed where it is read: without the name of ours, which every place has its own way to say. */
export function command(line: string): Inline {
  return { kind: 'command', line }
}

/** A moment in ms, shown as the reader's own clock. */
export function clock(ms: number): Inline {
  return { kind: 'time', at: Math.floor(ms / 1000), form: 'clock' }
}

export function clockSeconds(ms: number): Inline {
  return { kind: 'time', at: Math.floor(ms / 1000), form: 'clock_seconds' }
}

/** For what may be of another day. */
export function dayAndClock(ms: number): Inline {
  return { kind: 'time', at: Math.floor(ms / 1000), form: 'day_and_clock' }
}

/** `30 minutes`, `2 hours 30 minutes`, `1 day`. */
export function spanOf(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const
  let left = Math.round(seconds)
  const parts: string[] = []
  for (const [unit, name] of units) {
    const count = Math.floor(left / unit)
    left -= count * unit
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`)
  }
  return parts.slice(0, 2).join(' ') || '0 seconds'
}

/** From now to a moment, in ms. Seconds matter to nobody who has minutes. */
export function timeTo(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  return spanOf(seconds < 120 ? seconds : Math.round(seconds / 60) * 60)
}

/** `Sam`, `Sam and Sue`, `Sam, Sue and 3 others`. */
export function listed(names: readonly string[], most = 5): string {
  if (names.length <= 1) return names[0] ?? 'nobody'
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} others`
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}

/** Several parts in one line, with a dot between them; empty parts fall away. */
export function dotted(...parts: readonly (Line | undefined)[]): Line {
  return parts.filter((part) => part !== undefined).flatMap((part, n) => (n === 0 ? part : [' · ', ...part]))
}

/** A line that stands on its own begins with a capital. */
export function sentence([first, ...rest]: Line): Line {
  if (typeof first !== 'string') return first === undefined ? [] : [first, ...rest]
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest]
}

/** User text in a list: one line, shortened. */
export function shortened(text: string, most = 80): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim()
  return Array.from(flat).length <= most
    ? flat
    : `${Array.from(flat)
        .slice(0, most - 1)
        .join('')}…`
}
