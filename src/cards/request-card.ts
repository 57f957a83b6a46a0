import type { Button, Card, Line } from './card.ts'
import { goneWords } from './gone-words.ts'
import { grantLines } from './grant-lines.ts'
import type { RequestView } from './request-view.ts'
import { askAgain, askedLine, asksOf, roleOf, wantedOf } from './request-words.ts'
import { clock, code, dotted, listed, sentence, spanOf } from './words.ts'

type Reader = 'channel' | 'holder'

/** The one card of a request, whatever has become of it. `holder`: as who asked sees it, with what only they can press. */
export function requestCard(view: RequestView, reader: Reader): Card {
  const { title, lines } = view.grant === undefined ? decisionLines(view, reader) : grantLines(view, view.grant, reader)
  return {
    title,
    lines: lines.map(sentence),
    ...(view.reason === ''
      ? {}
      : { quote: view.reason, isQuoteUnderFirstLine: view.state !== 'pending' && !isOn(view) }),
    buttons: buttonsOf(view, reader),
    footer: dotted(
      [code(view.id)],
      view.extension && ['extends ', code(view.extension.of)],
      view.state === 'pending' && reader === 'channel' && view.takesReactions ? [{ kind: 'reactions' }] : undefined,
    ),
    about: view.id,
  }
}

function decisionLines(view: RequestView, reader: Reader): Pick<Card, 'title' | 'lines'> {
  const who = view.requester.name
  const asks = reader === 'holder' ? ['Asked: ', ...wantedOf(view)] : asksOf(view)
  const asked = askedLine(view)
  const by = view.decided?.by ?? 'Thand'
  if (view.state === 'approved') return extendedLines(view)
  if (view.state === 'denied') {
    const comment = view.decided?.comment ?? ''
    return { title: [`Denied by ${by}${comment === '' ? '' : `: “${comment}”`}`], lines: [asked, askAgain(view)] }
  }
  if (view.state === 'cancelled') {
    const gone = view.decided?.by === undefined ? goneWords(who, view.decided?.comment ?? '') : undefined
    if (gone !== undefined) return { title: [`Cancelled: ${gone}`], lines: [asked] }
    return { title: [`Cancelled by ${by}`], lines: [asked, askAgain(view)] }
  }
  if (view.state === 'lapsed') {
    const isOver = view.decided?.comment === 'access_over'
    return { title: [lapsedWords(view)], lines: isOver ? [asked] : [asked, askAgain(view)] }
  }
  return { title: [...asks, ...partly(view)], lines: pendingLines(view) }
}

/** Approved, and no grant of its own: more time in one that is there. */
function extendedLines(view: RequestView): Pick<Card, 'title' | 'lines'> {
  const until: Line = view.extension === undefined ? [] : [' until ', clock(view.extension.until)]
  const by = view.votes.map((vote): Line => [`${vote.name} approved `, clock(vote.at)])
  const span: Line = [`${spanOf(view.durationSeconds)} more`]
  return { title: ['Extended', ...until, `: ${view.requester.name}, `, ...roleOf(view)], lines: [dotted(span, ...by)] }
}

function lapsedWords(view: RequestView): string {
  if (view.decided?.comment === 'access_over') return 'Lapsed: the access had ended before this was decided'
  if (view.decided?.comment === 'role_changed') return 'Lapsed: the role has changed since it was asked for'
  if (view.decided?.comment === 'not_eligible')
    return `Lapsed: ${view.requester.name} may not ask for this role any more`
  return `Nobody decided within ${spanOf((view.lapsesAt - view.askedAt) / 1000)}`
}

function partly(view: RequestView): Line {
  return view.votes.length === 0 ? [] : [` (${view.votes.length} of ${view.votesNeeded} approved)`]
}

function pendingLines(view: RequestView): readonly Line[] {
  const votes = view.votes.map((vote): Line => [`${vote.name} approved `, clock(vote.at)])
  const decides: Line = [`Decides: ${listed(view.deciders.map((each) => each.name))}`]
  const gives = view.entitlement === undefined ? [] : [[`gives credentials: ${view.entitlement}`]]
  const needs = view.votesNeeded > 1 ? ([`${view.votesNeeded} approvals are needed`] satisfies Line) : undefined
  return [...gives, ...votes, dotted(decides, needs, ['lapses at ', clock(view.lapsesAt)])]
}

/** What is given, or about to be: the title says who has it. */
function isOn({ grant }: RequestView): boolean {
  return grant !== undefined && grant.state !== 'revoked'
}

function buttonsOf(view: RequestView, reader: Reader): readonly Button[] {
  const what = `${view.requester.name}’s request for ${view.roleName} at ${view.providerName}`
  if (view.state === 'pending' && reader === 'channel') {
    return [
      {
        label: 'Approve',
        meaning: `Approve ${what}`,
        tone: 'good',
        press: { kind: 'line', line: `approve ${view.id}` },
      },
      { label: 'Deny…', meaning: `Deny ${what}`, tone: 'bad', press: { kind: 'form', form: `deny ${view.id}` } },
    ]
  }
  if (view.state === 'pending') return [cancelButton(view)]
  const mayEnd = view.grant !== undefined && ['planned', 'granting', 'active'].includes(view.grant.state)
  return mayEnd && reader === 'holder' ? holdingButtons(view) : []
}

export function cancelButton({ id, roleName }: RequestView): Button {
  return {
    label: 'Cancel',
    meaning: `Cancel your request for ${roleName}`,
    tone: 'plain',
    press: { kind: 'line', line: `cancel ${id}` },
  }
}

/** What a holder can do about access that is there: the same on the card and on the warning before the end. */
export function holdingButtons({ id, roleName, providerName, grant }: RequestView): readonly Button[] {
  const what = `${roleName} at ${providerName}`
  const end: Button = {
    label: 'End now',
    meaning: `End your access now: ${what}`,
    tone: 'bad',
    press: { kind: 'line', line: `end ${id}` },
  }
  const extend: Button = {
    label: 'Extend',
    meaning: `Ask for more time: ${what}`,
    tone: 'plain',
    press: { kind: 'form', form: `extend ${id}` },
  }
  return (grant?.leftSeconds ?? 0) > 0 ? [end, extend] : [end]
}
