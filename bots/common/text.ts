import type { Inline, Line } from '../../src/cards/card.ts'

// Controls, zero-width characters and bidi overrides: they make one text look like another.
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

export function withoutInvisible(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(INVISIBLE, '')
}

/** What a person typed, without what nobody can see; half a surrogate pair is no character that a database takes. */
export function cleaned(text: string): string {
  return withoutInvisible(text).replaceAll(/\p{Surrogate}/gu, '\u{fffd}')
}

/** For a field that a platform takes as it is, such as a label. */
export function plainText(text: string, lengthMax: number, fallback = '…'): string {
  const clean = withoutInvisible(text)
  if (clean.trim() === '') return fallback
  if (clean.length <= lengthMax) return clean
  let kept = ''
  for (const character of clean) {
    if (kept.length + character.length > lengthMax - 1) break
    kept += character
  }
  return `${kept}…`
}

/** One line: otherwise a name could begin a line of its own. */
export function flat(text: string): string {
  return withoutInvisible(text).replaceAll(/[\n\t\u2028\u2029]+/g, ' ')
}

export type Time = Extract<Inline, { kind: 'time' }>

export function inUtc(time: Time): string {
  const seconds = secondsOf(time)
  if (seconds === undefined) return '—'
  const iso = new Date(seconds * 1000).toISOString()
  if (time.form === 'clock_seconds') return `${iso.slice(11, 19)} UTC`
  return time.form === 'clock' ? `${iso.slice(11, 16)} UTC` : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

const YEAR_9999 = 253_402_300_799

export function secondsOf({ at }: Time): number | undefined {
  const seconds = Math.floor(at)
  return seconds >= 0 && seconds <= YEAR_9999 ? seconds : undefined
}

/** How a platform says what only it knows. */
export interface Speech {
  typed(line: string): string
  readonly reactions: string
}

/** A line where nothing is drawn: nobody is called, and times are UTC. */
export function wordsIn(line: Line, { typed, reactions }: Speech): string {
  const parts = line.map((inline) => {
    if (typeof inline === 'string') return inline
    if (inline.kind === 'time') return inUtc(inline)
    if (inline.kind === 'command') return typed(inline.line)
    if (inline.kind === 'reactions') return reactions
    return inline.kind === 'mention' ? inline.name : inline.text
  })
  return parts.join('').trim()
}
