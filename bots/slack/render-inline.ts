import type { Inline, Line } from '../../src/cards/card.ts'
import { escapedForSlack, withoutInvisible } from './slack-text.ts'

/** The account to call for a mention; `undefined` where the name has to do. */
export type Calling = (mention: Extract<Inline, { kind: 'mention' }>) => string | undefined
type Time = Extract<Inline, { kind: 'time' }>

/** A line as mrkdwn of at most `lengthMax` units. Its strings stay what they are: none of them is markup. */
export function renderLine(line: Line, calling: Calling, lengthMax: number): string {
  let text = ''
  for (const inline of line) {
    const left = lengthMax - text.length
    if (left < 1) break
    const part = typeof inline === 'string' ? literal(inline, left) : marked(inline, calling, left - 1)
    // A mark is whole or absent: half of one is markup of another kind.
    text += part ?? '…'
    if (part === undefined) break
  }
  return text.trim().replace(/^&gt;/, '›')
}

/** A line for a notification and a screen reader: nobody is called, and times are UTC. */
export function plainLine(line: Line, lengthMax: number): string {
  const parts = line.map((inline) => {
    if (typeof inline === 'string') return inline
    if (inline.kind === 'time') return inUtc(inline)
    return inline.kind === 'mention' ? inline.name : inline.text
  })
  return literal(parts.join('').trim(), lengthMax).replace(/^&gt;/, '›')
}

/** For a field that Slack takes as it is, such as a label. */
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

function marked(inline: Exclude<Inline, string>, calling: Calling, left: number): string | undefined {
  const whole = markOf(inline, calling)
  return whole.length <= left ? whole : undefined
}

const MARKED_MAX = 500

function markOf(inline: Exclude<Inline, string>, calling: Calling): string {
  switch (inline.kind) {
    case 'strong': {
      const text = literal(inline.text.trim(), MARKED_MAX).replaceAll('*', '∗')
      return text === '' ? '' : `*${text}*`
    }
    case 'code': {
      const text = escapedForSlack(flat(inline.text).replaceAll('`', '’').trim(), MARKED_MAX)
      return text === '' ? '' : `\`${text}\``
    }
    case 'time':
      return timeMark(inline)
    case 'mention': {
      const account = calling(inline)
      return account === undefined ? literal(inline.name, MARKED_MAX) : `<@${account}>`
    }
  }
}

const TOKENS = {
  clock: '{time}',
  clock_seconds: '{time_secs}',
  day_and_clock: '{date_short_pretty} {time}',
} as const

/** In the reader's own zone: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
function timeMark(time: Time): string {
  const seconds = secondsOf(time)
  return seconds === undefined ? '—' : `<!date^${seconds}^${TOKENS[time.form]}|${inUtc(time)}>`
}

function inUtc(time: Time): string {
  const seconds = secondsOf(time)
  if (seconds === undefined) return '—'
  const iso = new Date(seconds * 1000).toISOString()
  if (time.form === 'clock_seconds') return `${iso.slice(11, 19)} UTC`
  return time.form === 'clock' ? `${iso.slice(11, 16)} UTC` : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

const YEAR_9999 = 253_402_300_799

function secondsOf({ at }: Time): number | undefined {
  const seconds = Math.floor(at)
  return seconds >= 0 && seconds <= YEAR_9999 ? seconds : undefined
}

/**
 * A person's text in a mrkdwn field. Slack has no escape for its marks `* _ ~`, the backtick and `:emoji:`: where one
 * could open, a character that looks alike stands in for it. Where the exact text matters, it is a quotation.
 */
function literal(text: string, lengthMax: number): string {
  const unmarked = flat(text)
    .replaceAll(/(?<![\p{L}\p{N}])[*_~](?!\s)/gu, (mark) => ALIKE.get(mark) ?? mark)
    .replaceAll(/(?<![\p{L}\p{N}]):(?=[\w+'-]+:)/gu, '∶')
    .replaceAll('`', '’')
  return escapedForSlack(unmarked, lengthMax)
}

const ALIKE: ReadonlyMap<string, string> = new Map([
  ['*', '∗'],
  ['_', '_'],
  ['~', '∼'],
])

/** One line: otherwise a name could begin a line of its own. */
function flat(text: string): string {
  return withoutInvisible(text).replaceAll(/[\n\t\u2028\u2029]+/g, ' ')
}
