import type { ActionsBlock, HomeView, KnownBlock } from '@slack/types'
import type { Card, Section } from '../../src/cards/card.ts'
import type { AccountOf } from '../../src/ports/chat.ts'
import { type Calling, callingIn } from '../common/mentions.ts'
import { plainText } from '../common/text.ts'
import { buttonsOf, context, linesWithin, quoteOf, saidBlocks, sectionsOf } from './render.ts'
import { renderLine } from './render-inline.ts'

const TITLE_MAX = 2000
const LINES_MAX = 2000
const HEADING_MAX = 150
const FOOTER_MAX = 1000
/** A view takes 100 blocks; the last one is the footer. */
const BLOCKS_MAX = 99

/** A card as a person's own page: https://docs.slack.dev/surfaces/app-home */
export async function homeView(card: Card, accountOf: AccountOf): Promise<HomeView> {
  const parts = (card.sections ?? []).flatMap((each) => each.cards)
  const calling = await callingIn(
    [card, ...parts].flatMap((each) => [each.title, ...each.lines]),
    accountOf,
  )
  const rest = (card.sections ?? []).flatMap((each, n) => sectionBlocks(each, { calling, prefix: `${n}` }))
  const footer = renderLine(card.footer ?? [], calling, FOOTER_MAX)
  const blocks = [...cardBlocks(card, { calling, prefix: 'top' }), ...rest].slice(0, BLOCKS_MAX)
  return { type: 'home', blocks: [...blocks, ...(footer === '' ? [] : [context(footer)])] }
}

interface Rendering {
  readonly calling: Calling
  /** Ids of blocks are ours and the same for the same place: Slack keeps the page still where nothing changed. */
  readonly prefix: string
}

function sectionBlocks({ heading, cards, empty }: Section, { calling, prefix }: Rendering): KnownBlock[] {
  const nothing = renderLine(empty, calling, TITLE_MAX)
  if (cards.length === 0 && nothing === '') return []
  const head: KnownBlock[] = [
    { type: 'divider' },
    { type: 'header', text: { type: 'plain_text', text: plainText(heading, HEADING_MAX) } },
  ]
  if (cards.length === 0) return [...head, context(nothing)]
  return [
    ...head,
    ...cards.flatMap((card, n) => [
      ...cardBlocks(card, { calling, prefix: `${prefix}:${n}` }),
      ...footerOf(card, calling),
    ]),
  ]
}

function cardBlocks(card: Card, { calling, prefix }: Rendering): KnownBlock[] {
  const title = renderLine(card.title, calling, TITLE_MAX) || 'Thand'
  const lines = linesWithin(card.lines, calling, LINES_MAX)
  const quote = quoteOf(card.quote)
  const buttons = buttonsOf(card.buttons)
  return [
    ...(quote === undefined ? sectionsOf([title, ...lines]) : saidBlocks({ title, lines, quote }, false)),
    ...(buttons.length === 0
      ? []
      : [{ type: 'actions', block_id: `thand:${prefix}`, elements: buttons } satisfies ActionsBlock]),
  ]
}

function footerOf(card: Card, calling: Calling): KnownBlock[] {
  const footer = renderLine(card.footer ?? [], calling, FOOTER_MAX)
  return footer === '' ? [] : [context(footer)]
}
