import type {
  ActionsBlock,
  ContextBlock,
  KnownBlock,
  RichTextBlock,
  SectionBlock,
  Button as SlackButton,
} from '@slack/types'
import type { Button, Card, Line } from '../../src/cards/card.ts'
import type { AccountOf } from '../../src/ports/chat.ts'
import { type Calling, callingIn } from '../common/mentions.ts'
import { plainText, withoutInvisible } from '../common/text.ts'
import { plainLine, renderLine } from './render-inline.ts'

export interface SlackMessage {
  readonly text: string
  readonly blocks: KnownBlock[]
}

// A section takes 3000, and all blocks together about 13,200 (https://github.com/slackapi/bolt-js/issues/2509).
const SECTION_MAX = 2900
const ALL_TEXT_MAX = 12_800
const NOTIFICATION_MAX = 300
const QUOTE_MAX = 2000
const FOOTER_MAX = 1000
const BUTTONS_MAX = 25
const BUTTON_TEXT_MAX = 75
const BUTTON_VALUE_MAX = 2000

/** A card as a Slack message, within Slack's limits whatever people typed. */
export async function renderCard(card: Card, accountOf: AccountOf): Promise<SlackMessage> {
  const calling = await callingIn([card.title, ...card.lines, card.footer ?? []], accountOf)
  const title = renderLine(card.title, calling, SECTION_MAX) || 'Thand'
  const buttons = buttonsOf(card.buttons)
  const quote = quoteOf(card.quote)
  const left = ALL_TEXT_MAX - title.length - QUOTE_MAX - FOOTER_MAX - buttons.length * BUTTON_TEXT_MAX
  const lines = linesWithin(card.lines, calling, left)
  const footer = renderLine(card.footer ?? [], calling, FOOTER_MAX)
  return {
    text: plainLine(card.title, NOTIFICATION_MAX) || 'Thand',
    blocks: [
      ...saidBlocks({ title, lines, quote }, card.isQuoteUnderFirstLine === true),
      ...(buttons.length === 0 ? [] : [{ type: 'actions', elements: buttons } satisfies ActionsBlock]),
      ...(footer === '' ? [] : [context(footer)]),
    ],
  }
}

/** The title, the lines and the words of a person, which stand where it is said whose they are. */
export function saidBlocks(
  { title, lines, quote }: { title: string; lines: readonly string[]; quote: RichTextBlock | undefined },
  isUnderFirstLine: boolean,
): KnownBlock[] {
  if (quote === undefined) return [section(title), ...sectionsOf(lines)]
  if (!isUnderFirstLine) return [section(title), quote, ...sectionsOf(lines)]
  return [...sectionsOf([title, ...lines.slice(0, 1)]), quote, ...sectionsOf(lines.slice(1))]
}

/** The lines as few sections, each below the limit of one. */
export function sectionsOf(lines: readonly string[]): SectionBlock[] {
  const texts: string[] = []
  for (const line of lines) {
    const joined = `${texts.at(-1) ?? ''}\n${line}`
    if (texts.length > 0 && joined.length <= SECTION_MAX) texts[texts.length - 1] = joined
    else texts.push(line)
  }
  return texts.map(section)
}

/** Rendered lines until the room is used up; what does not fit is counted. */
export function linesWithin(lines: readonly Line[], calling: Calling, lengthMax: number): string[] {
  const rendered: string[] = []
  let left = lengthMax - 40
  for (const [index, line] of lines.entries()) {
    const text = renderLine(line, calling, SECTION_MAX)
    if (text === '') continue
    if (text.length + 1 > left) return [...rendered, `… and ${lines.length - index} more lines`]
    rendered.push(text)
    left -= text.length + 1
  }
  return rendered
}

function section(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

export function context(text: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] }
}

/** Rich text is no mrkdwn: what a person wrote stands there as it was written. */
export function quoteOf(quote: string | undefined): RichTextBlock | undefined {
  if (quote === undefined || withoutInvisible(quote).trim() === '') return undefined
  const text = plainText(quote, QUOTE_MAX)
  return { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text }] }] }
}

export function buttonsOf(buttons: readonly Button[]): SlackButton[] {
  return buttons.flatMap((button, index) => buttonOf(button, index) ?? []).slice(0, BUTTONS_MAX)
}

function buttonOf({ label, meaning, tone, press }: Button, index: number): SlackButton | undefined {
  const value = press.kind === 'line' ? press.line : press.form
  if (value === '' || value.length > BUTTON_VALUE_MAX) return undefined
  return {
    type: 'button',
    action_id: `thand:${press.kind}:${index}`,
    text: { type: 'plain_text', text: plainText(label, BUTTON_TEXT_MAX) },
    value,
    accessibility_label: plainText(meaning, BUTTON_TEXT_MAX, plainText(label, BUTTON_TEXT_MAX)),
    ...(tone === 'good' ? { style: 'primary' } : {}),
    ...(tone === 'bad' ? { style: 'danger' } : {}),
  }
}
