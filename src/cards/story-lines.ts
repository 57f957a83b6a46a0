import type { AuditEvent } from '../core/audit.ts'
import type { Inline, Line } from './card.ts'
import { STORY_WORDS, type Telling } from './story-words.ts'
import { clock, spanOf } from './words.ts'

/** One fact of the record and when it happened; of an extension, how much more time it was about. */
export interface Told extends AuditEvent {
  readonly at: number
  readonly extendsBySeconds?: number
}

const SHOWN_FIRST = 8
const SHOWN_LAST = 24
const DAY_MS = 24 * 3600 * 1000

/**
 * The record of one request as people read it: a short line an event, with who and when. What comes again unchanged is said
 * once and counted; of a long story the middle is left out, and the line in its place says how much.
 */
export function storyLines(events: readonly Told[], telling: Telling): readonly Line[] {
  const said = countedOnce(events.flatMap((event) => saidOf(event, telling)))
  const isLong = (said.at(-1)?.last ?? 0) - (said[0]?.at ?? 0) > DAY_MS
  const lines = said.map(lineOf).map((line) => (isLong ? line.map(withDay) : line))
  const hidden = lines.length - SHOWN_FIRST - SHOWN_LAST
  if (hidden <= 1) return lines
  return [...lines.slice(0, SHOWN_FIRST), [`… ${hidden} lines are left out here …`], ...lines.slice(-SHOWN_LAST)]
}

interface Said {
  readonly words: Line
  readonly at: number
  readonly times: number
  readonly last: number
}

function saidOf(event: Told, telling: Telling): readonly Said[] {
  const { at, name, extendsBySeconds } = event
  const words = STORY_WORDS[name](event, telling)
  if (words === undefined) return []
  const isClear = extendsBySeconds === undefined || name === 'request_asked'
  const about = isClear ? [] : [`${spanOf(extendsBySeconds)} more · `]
  return [{ words: [...about, ...words], at, times: 1, last: at }]
}

function countedOnce(all: readonly Said[]): readonly Said[] {
  const counted: Said[] = []
  for (const each of all) {
    const before = counted.at(-1)
    const isSame = before !== undefined && JSON.stringify(before.words) === JSON.stringify(each.words)
    if (isSame) counted[counted.length - 1] = { ...before, times: before.times + 1, last: each.at }
    else counted.push(each)
  }
  return counted
}

function lineOf({ words, at, times, last }: Said): Line {
  const again: Line = times === 1 ? [] : [` (${times} times, the last at `, clock(last), ')']
  return [clock(at), ' ', ...words, ...again]
}

function withDay(inline: Inline): Inline {
  return typeof inline === 'object' && inline.kind === 'time' ? { ...inline, form: 'day_and_clock' } : inline
}
