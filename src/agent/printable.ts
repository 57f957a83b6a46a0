/** Text of others, for a terminal: no escapes, nothing turned around, nothing hidden (C5). Lines stay lines. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]|\p{Cf}/gu, '?')
}

/** The same on one line. */
export function onOneLine(text: string): string {
  return printable(text.replaceAll(/\s+/gu, ' ').trim())
}

/** JSON that is safe to look at: what is not printable is written as an escape, and reads back as it was. */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2)
  return text.replaceAll(/[^\P{Cc}\n]|\p{Cf}/gu, (found) =>
    Array.from({ length: found.length }, (_, n) => `\\u${found.charCodeAt(n).toString(16).padStart(4, '0')}`).join(''),
  )
}
