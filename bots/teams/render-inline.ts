import type { Inline, Line } from '../../src/cards/card.ts'
import { flat, plainText, secondsOf, type Time, wordsIn } from '../common/text.ts'
import type { MentionEntity, TextRun } from './adaptive-card.ts'

type Look = Omit<TextRun, 'type' | 'text'>
type Marked = Exclude<Inline, string>

/** How somebody is called; undefined where the name has to do. */
export type Called = (mention: Extract<Inline, { kind: 'mention' }>) => MentionEntity | undefined

const RUN_MAX = 2000
export const REACTIONS = '👍 approves'

/** A line as runs of text, each of them literal. Who is called stands in a block of their own: here nothing is left of them. */
export function runsOf(line: Line, look: Look, called: Called): TextRun[] {
  const runs = line.flatMap((inline): TextRun[] => {
    if (typeof inline === 'string') return [run(literal(inline), look)]
    if (inline.kind === 'mention' && called(inline) !== undefined) return []
    return [markedRun(inline, look)]
  })
  return withoutLeadingMarks(runs.filter(({ text }) => text !== ''))
}

/** What called them stood first: the comma and the colon after it are left over. */
function withoutLeadingMarks(runs: readonly TextRun[]): TextRun[] {
  const [first, ...rest] = runs
  if (first === undefined) return []
  const text = first.text.replace(/^[\s,:]+/, '')
  return text === '' ? withoutLeadingMarks(rest) : [{ ...first, text }, ...rest]
}

function markedRun(inline: Marked, look: Look): TextRun {
  switch (inline.kind) {
    case 'strong':
      return run(literal(inline.text), { ...look, weight: 'Bolder' })
    case 'code':
      return run(literal(inline.text), { ...look, fontType: 'Monospace' })
    case 'command':
      return run(literal(typed(inline.line)), { ...look, fontType: 'Monospace' })
    case 'reactions':
      return run(REACTIONS, look)
    case 'time':
      return run(timeMark(inline), look)
    case 'mention':
      return run(literal(inline.name), look)
  }
}

function run(text: string, look: Look): TextRun {
  return { type: 'TextRun', text, ...look }
}

export function typed(line: string): string {
  return `@Thand ${line}`.trim()
}

/** Teams fills in dates, and reads nothing else in a run of text: no two braces stay together. */
function literal(text: string): string {
  return plainText(flat(text), RUN_MAX, '').replaceAll(/\{(?=\{)/g, '{ ')
}

/** In the reader's own zone: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features#datetime-formatting-and-localization */
function timeMark(time: Time): string {
  const seconds = secondsOf(time)
  if (seconds === undefined) return '—'
  const iso = `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
  const clock = `{{TIME(${iso})}}`
  return time.form === 'day_and_clock' ? `{{DATE(${iso}, SHORT)}} ${clock}` : clock
}

/** A line where nothing is drawn: a notification, a screen reader, the answer to a press. Times are UTC, and no mark opens. */
export function plainLine(line: Line, lengthMax: number): string {
  const words = wordsIn(line, { typed, reactions: REACTIONS })
  return plainText(unmarked(flat(words)), lengthMax, '')
}

const ALIKE: ReadonlyMap<string, string> = new Map([
  ['[', '［'],
  [']', '］'],
  ['<', '‹'],
  ['>', '›'],
  ['*', '∗'],
  ['`', '’'],
  ['\\', '∖'],
])

/** Whether a client reads Markdown there, no page of Microsoft's says. */
export function unmarked(text: string): string {
  return text.replaceAll(/[[\]<>*`\\]/g, (mark) => ALIKE.get(mark) ?? mark)
}

/** Who is called in a line; each once. */
export function mentionsIn(line: Line, called: Called): readonly MentionEntity[] {
  return onceEach(
    line.flatMap((inline) => (typeof inline === 'object' && inline.kind === 'mention' ? (called(inline) ?? []) : [])),
  )
}

export function onceEach(entities: readonly MentionEntity[]): readonly MentionEntity[] {
  return [...new Map(entities.map((each) => [each.mentioned.id, each])).values()]
}
