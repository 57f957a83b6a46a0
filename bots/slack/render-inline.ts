import type { Inline, Line } from '../../src/cards/card.ts'
import type { Calling } from '../common/mentions.ts'
import { flat, inUtc, secondsOf, type Time, wordsIn } from '../common/text.ts'
import { escapedForSlack } from './slack-text.ts'

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
  return literal(wordsIn(line, { typed, reactions: REACTIONS }), lengthMax).replace(/^&gt;/, '›')
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
    case 'code':
      return codeMark(inline.text)
    case 'command':
      return codeMark(typed(inline.line))
    case 'reactions':
      return REACTIONS
    case 'time':
      return timeMark(inline)
    case 'mention': {
      const account = calling(inline)
      return account !== undefined && /^[UW][A-Z0-9]{1,30}$/.test(account)
        ? `<@${account}>`
        : literal(inline.name, MARKED_MAX)
    }
  }
}

function codeMark(code: string): string {
  const text = escapedForSlack(flat(code).replaceAll('`', '’').trim(), MARKED_MAX)
  return text === '' ? '' : `\`${text}\``
}

function typed(line: string): string {
  return `/thand ${line}`.trim()
}

const REACTIONS = '✅ approves, ❌ denies'

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
