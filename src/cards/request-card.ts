import type { Button, Card, Line } from './card.ts'
import { goneWords } from './gone-words.ts'
import { grantLines } from './grant-lines.ts'
import type { RequestView } from './request-view.ts'
import { askAgain, roleOf } from './request-words.ts'
import { clock, code, dotted, listed, spanOf } from './words.ts'

/** The one card of a request, whatever has become of it. `holder`: as who asked sees it, with what only they can press. */
export function requestCard(view: RequestView, reader: 'channel' | 'holder'): Card {
  const { title, lines } = view.grant === undefined ? decisionLines(view) : grantLines(view, view.grant, reader)
  return {
    title,
    lines,
    ...(view.reason === '' ? {} : { quote: view.reason }),
    buttons: buttonsOf(view, reader),
    footer: dotted(
      [code(view.id)],
      view.state === 'pending' && view.takesReactions ? ['✅ approves, ❌ denies'] : undefined,
    ),
    about: view.id,
  }
}

function decisionLines(view: RequestView): Pick<Card, 'title' | 'lines'> {
  const who = view.requester.name
  const asks: Line = [who, ' asks for ', ...roleOf(view), ` for ${spanOf(view.durationSeconds)}`]
  const by = view.decided?.by ?? 'Thand'
  if (view.state === 'denied') {
    const comment = view.decided?.comment ?? ''
    return { title: [`Denied by ${by}${comment === '' ? '' : `: “${comment}”`}`], lines: [asks, askAgain(view)] }
  }
  if (view.state === 'cancelled') {
    const gone = view.decided?.by === undefined ? goneWords(who, view.decided?.comment ?? '') : undefined
    if (gone !== undefined) return { title: [`Cancelled: ${gone}`], lines: [asks] }
    return { title: [`Cancelled by ${by}`], lines: [asks, askAgain(view)] }
  }
  if (view.state === 'lapsed') return { title: [lapsedWords(view)], lines: [asks, askAgain(view)] }
  return { title: [...asks, ...partly(view)], lines: pendingLines(view) }
}

function lapsedWords(view: RequestView): string {
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

function buttonsOf(view: RequestView, reader: 'channel' | 'holder'): readonly Button[] {
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
  const isOn = view.grant !== undefined && ['planned', 'granting', 'active'].includes(view.grant.state)
  if (isOn && reader === 'holder') {
    return [
      { label: 'End now', meaning: `End ${what} now`, tone: 'bad', press: { kind: 'line', line: `end ${view.id}` } },
    ]
  }
  return []
}
