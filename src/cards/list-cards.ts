import type { Card, Line } from './card.ts'
import { requestCard } from './request-card.ts'
import type { RequestView } from './request-view.ts'
import { roleOf } from './request-words.ts'
import { clock, clockSeconds, code, command, dotted, shortened, spanOf, strong, timeTo } from './words.ts'

const EARLIER_MAX = 10

/** What somebody has and asked for: what they hold first, then what waits, then what is over. The one held can be ended here. */
export function mineCard(views: readonly RequestView[], now: number): Card {
  const held = views.filter(isHeld)
  const waiting = views.filter((view) => view.state === 'pending')
  const over = views.filter((view) => !isHeld(view) && view.state !== 'pending').slice(0, EARLIER_MAX)
  if (views.length === 0) {
    const lines: Line[] = [['Ask with ', command('request <role> <duration> [reason]')], ROLES]
    return { title: ['You have nothing, and nothing waits'], lines, buttons: [] }
  }
  return {
    title: titleOf(held),
    lines: [
      ...held.map((view) => ownLine(view, now)),
      ...section('Waiting', waiting, (view) => ownLine(view, now)),
      ...section('Earlier', over, (view) => ownLine(view, now)),
    ],
    buttons: held.length === 1 ? held.flatMap((view) => requestCard(view, 'holder').buttons) : [],
    footer: ['The whole of one: ', command('show <id>')],
  }
}

/** What waits for somebody's vote, the oldest first. */
export function pendingCard(views: readonly RequestView[], now: number): Card {
  if (views.length === 0) return { title: ['Nothing waits for you'], lines: [], buttons: [] }
  return {
    title: [views.length === 1 ? 'One request waits for you' : `${views.length} requests wait for you`],
    lines: views.map((view) => waitingLine(view, now)),
    buttons: [],
    footer: ['Decide with ', command('approve <id>'), ' or ', command('deny <id> [reason]')],
  }
}

/** One request in a line, whoever reads it. */
export function oneLine(view: RequestView): Line {
  return dotted([view.requester.name, ': ', ...shortOf(view)], stateOf(view), reasonOf(view), [code(view.id)])
}

const ROLES: Line = ['What you can ask for: ', command('roles')]

function isHeld({ grant }: RequestView): boolean {
  return grant !== undefined && grant.state !== 'revoked'
}

function titleOf(held: readonly RequestView[]): Line {
  const [first] = held
  if (first === undefined) return ['You hold nothing now']
  return held.length === 1 ? ['Yours now: ', ...roleOf(first)] : [`Yours now: ${held.length} roles`]
}

function section(title: string, views: readonly RequestView[], lineOf: (view: RequestView) => Line): readonly Line[] {
  return views.length === 0 ? [] : [[strong(title)], ...views.map(lineOf)]
}

function ownLine(view: RequestView, now: number): Line {
  return ['• ', ...dotted(shortOf(view), stateOf(view, now), reasonOf(view), [code(view.id)])]
}

function waitingLine(view: RequestView, now: number): Line {
  const votes = view.votesNeeded > 1 ? [`${view.votes.length} of ${view.votesNeeded} approved`] : undefined
  const line = dotted(
    [view.requester.name, ': ', ...shortOf(view)],
    votes,
    ['lapses at ', clock(view.lapsesAt), inTime(view.lapsesAt, now)],
    reasonOf(view),
    [code(view.id)],
  )
  return ['• ', ...line]
}

function shortOf(view: RequestView): Line {
  const span = spanOf(view.durationSeconds)
  return view.extension === undefined ? [...roleOf(view), ` for ${span}`] : [`${span} more of `, ...roleOf(view)]
}

function reasonOf({ reason }: RequestView): Line | undefined {
  return reason === '' ? undefined : [`“${shortened(reason)}”`]
}

function inTime(at: number, now: number | undefined): string {
  return now === undefined || at <= now ? '' : ` (in ${timeTo(at - now)})`
}

function stateOf(view: RequestView, now?: number): Line {
  const { grant } = view
  if (grant === undefined) {
    if (view.state === 'pending') return ['waits, lapses at ', clock(view.lapsesAt), inTime(view.lapsesAt, now)]
    return view.state === 'approved' && view.extension !== undefined
      ? ['extended until ', clock(view.extension.until)]
      : [view.state]
  }
  if (grant.isOverdue) return ['overdue: could not be taken away yet']
  switch (grant.state) {
    case 'planned':
    case 'granting':
      return ['approved, is being given']
    case 'active':
      return grant.expiresAt === undefined
        ? ['active']
        : ['active until ', clock(grant.expiresAt), inTime(grant.expiresAt, now)]
    case 'revoking':
      return ['ends now']
    case 'revoked':
      return grant.startedAt === undefined || grant.revokedAt === undefined
        ? ['was not given']
        : ['ended ', clockSeconds(grant.revokedAt)]
  }
}
