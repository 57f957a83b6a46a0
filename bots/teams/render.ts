import type { Button, Card, Line } from '../../src/cards/card.ts'
import type { AccountOf } from '../../src/ports/chat.ts'
import { plainText, withoutInvisible } from '../common/text.ts'
import {
  type AdaptiveCard,
  bytesOf,
  CARD_BYTES_MAX,
  type Container,
  type Element,
  type Execute,
  type MentionEntity,
  type RichTextBlock,
} from './adaptive-card.ts'
import { calledIn } from './called-in.ts'
import { type Called, mentionsIn, onceEach, plainLine, runsOf } from './render-inline.ts'

const NOTIFICATION_MAX = 300
const QUOTE_MAX = 2000
const QUOTE_LINES_MAX = 20
/** Teams shows six, and the rest behind three dots. */
const BUTTONS_MAX = 6
const BUTTON_TEXT_MAX = 60

export interface Rendered {
  readonly card: AdaptiveCard
  /** The notification, and what is shown in the list of chats. */
  readonly summary: string
}

/** A card of ours as one that Teams draws, within its limits whatever people typed. */
export async function renderCard(card: Card, accountOf: AccountOf): Promise<Rendered> {
  const called = await calledIn([card.title, ...card.lines], accountOf)
  const summary = plainLine(card.title, NOTIFICATION_MAX) || 'Thand'
  for (let shown = card.lines.length; ; shown = Math.floor(shown / 2)) {
    const drawn = draw(card, { called, shown, summary })
    if (shown === 0 || bytesOf(drawn) <= CARD_BYTES_MAX) return { card: drawn, summary }
  }
}

interface Drawing {
  readonly called: Called
  readonly shown: number
  readonly summary: string
}

function draw(card: Card, { called, shown, summary }: Drawing): AdaptiveCard {
  const { title, buttons, footer = [] } = card
  const left = card.lines.length - shown
  const more: readonly Line[] = left > 0 ? [[`… and ${left} more lines`]] : []
  const lines = [...card.lines.slice(0, shown), ...more].flatMap((line) => lineBlocks(line, called))
  const head = lineBlocks(title, called, { size: 'Medium' })
  const actions = buttonsOf(buttons)
  const entities = [title, ...card.lines.slice(0, shown)].flatMap((line) => mentionsIn(line, called))
  const tail = runsOf(footer, { size: 'Small', isSubtle: true }, called)
  return frame(summary, {
    body: [
      ...(head.length === 0 ? [said('Thand')] : head),
      ...withQuote(lines, quoteOf(card.quote), card.isQuoteUnderFirstLine === true),
      ...(tail.length === 0 ? [] : [{ type: 'RichTextBlock', spacing: 'Small', inlines: tail } as const]),
    ],
    actions,
    entities,
  })
}

export interface Parts {
  readonly body: readonly Element[]
  readonly actions: readonly Execute[]
  readonly entities: readonly MentionEntity[]
}

export function frame(summary: string, { body, actions, entities }: Parts): AdaptiveCard {
  const mentioned = onceEach(entities)
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: summary,
    speak: summary,
    body,
    ...(actions.length === 0 ? {} : { actions }),
    msteams: { width: 'Full', ...(mentioned.length === 0 ? {} : { entities: mentioned }) },
  }
}

/** Who is called, and what is said to them. */
export function lineBlocks(line: Line, called: Called, look: { readonly size?: 'Medium' } = {}): Element[] {
  const mentioned = mentionsIn(line, called)
  const inlines = runsOf(line, look, called)
  const spacing = look.size === undefined ? ({ spacing: 'Small' } as const) : {}
  if (mentioned.length === 0) return inlines.length === 0 ? [] : [{ type: 'RichTextBlock', ...spacing, inlines }]
  // Two names without a comma read as one person's.
  const names = mentioned.map(({ text }) => text).join(', ')
  return [
    { type: 'TextBlock', text: names, wrap: true, ...spacing },
    ...(inlines.length === 0 ? [] : [{ type: 'RichTextBlock', spacing: 'None', inlines } as const]),
  ]
}

function withQuote(lines: readonly Element[], quote: Container | undefined, isUnderFirst: boolean): readonly Element[] {
  if (quote === undefined) return lines
  return isUnderFirst ? [...lines.slice(0, 1), quote, ...lines.slice(1)] : [quote, ...lines]
}

/** Somebody's own words, line by line: a run of text has no breaks. */
function quoteOf(quote: string | undefined): Container | undefined {
  if (quote === undefined || withoutInvisible(quote).trim() === '') return undefined
  const lines = plainText(quote, QUOTE_MAX).split('\n')
  const shown = lines.slice(0, QUOTE_LINES_MAX)
  const rest = lines.slice(QUOTE_LINES_MAX).join(' ')
  const items = [...shown, ...(rest === '' ? [] : [rest])]
    .map((each) => said(each, 'None'))
    .filter((each) => each.inlines.length > 0)
  return { type: 'Container', style: 'emphasis', spacing: 'Small', items }
}

export function said(text: string, spacing?: 'None' | 'Small'): RichTextBlock {
  const inlines = runsOf([text], {}, () => undefined)
  return { type: 'RichTextBlock', ...(spacing === undefined ? {} : { spacing }), inlines }
}

function buttonsOf(buttons: readonly Button[]): Execute[] {
  return buttons.slice(0, BUTTONS_MAX).map(({ label, meaning, tone, press }): Execute => {
    const style = { good: { style: 'positive' }, bad: { style: 'destructive' }, plain: {} } as const
    return {
      type: 'Action.Execute',
      title: plainText(label, BUTTON_TEXT_MAX),
      tooltip: plainText(meaning, 100),
      ...style[tone],
      verb: press.kind,
      data: press.kind === 'line' ? { line: press.line } : { form: press.form },
    }
  })
}
