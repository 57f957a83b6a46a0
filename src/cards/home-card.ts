import { askButton } from './ask-button.ts'
import type { Card, Line, Section } from './card.ts'
import { requestCard } from './request-card.ts'
import type { RequestView } from './request-view.ts'
import { roleOf } from './request-words.ts'
import { clock, code, command, dayAndClock, dotted, shortened, spanOf, strong } from './words.ts'

/** What one person has to do with us at the moment. Each list is cut already; `more` says how many are not in it. */
export interface HomeFacts {
  readonly holds: Listed
  readonly waits: Listed
  readonly asked: Listed
  readonly recent: Listed
  /** The moment of these facts, in ms. */
  readonly at: number
}

export interface Listed {
  readonly views: readonly RequestView[]
  readonly more: number
}

/** A person's own page: what they hold, what waits for them, what they wait for, and what was. */
export function homeCard(facts: HomeFacts): Card {
  return {
    title: [strong('Access for as long as you need it, and no longer')],
    lines: [],
    buttons: [askButton],
    sections: [
      section('You hold', facts.holds, {
        card: (view) => held(view, facts.at),
        empty: ['Nothing at the moment'],
        all: 'mine',
      }),
      section('Waits for your vote', facts.waits, { card: toDecide, empty: ['Nothing'], all: 'pending' }),
      section('You asked, not decided yet', facts.asked, { card: waiting, empty: [], all: 'mine' }),
      section('Before', facts.recent, { card: past, empty: [], all: 'mine' }),
    ],
    footer: ['As of ', clock(facts.at), ' · the same in any channel: ', command('help')],
  }
}

interface Shown {
  readonly card: (view: RequestView) => Card
  readonly empty: Line
  /** The line that lists what does not fit here. */
  readonly all: string
}

function section(heading: string, { views, more }: Listed, { card, empty, all }: Shown): Section {
  const rest: Card = { title: [`… and ${more} more: `, command(all)], lines: [], buttons: [] }
  return { heading, cards: [...views.map(card), ...(more > 0 ? [rest] : [])], empty }
}

function held(view: RequestView, at: number): Card {
  const { title, lines, buttons } = requestCard(view, 'holder')
  const expiresAt = view.grant?.state === 'active' ? view.grant.expiresAt : undefined
  const left = expiresAt === undefined ? undefined : leftUntil(expiresAt - at)
  return {
    title,
    lines: [...(left === undefined ? [] : [left]), ...lines.slice(0, 1)],
    buttons,
    footer: [code(view.id)],
  }
}

function leftUntil(ms: number): Line {
  return [ms < 60_000 ? 'less than a minute left' : `${spanOf(Math.floor(ms / 60_000) * 60)} left`]
}

function toDecide(view: RequestView): Card {
  return { ...requestCard(view, 'channel'), ...quoteOf(view), footer: [code(view.id)] }
}

/** In a list it is shortened; the whole stands on the card, and in `show`. */
function quoteOf({ reason }: RequestView): Pick<Card, 'quote'> {
  return reason === '' ? {} : { quote: shortened(reason, 200) }
}

function waiting(view: RequestView): Card {
  const { lines, buttons } = requestCard(view, 'holder')
  return {
    title: [...roleOf(view), ` for ${spanOf(view.durationSeconds)}`],
    lines,
    buttons,
    footer: [code(view.id)],
  }
}

function past(view: RequestView): Card {
  const { title } = requestCard(view, 'holder')
  const asked: Line = ['asked ', dayAndClock(view.askedAt)]
  return { title, lines: [dotted(roleOf(view), asked, [code(view.id)])], buttons: [] }
}
