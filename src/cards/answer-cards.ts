import type { Card, Form, Line } from './card.ts'
import { oneLine } from './list-cards.ts'
import { cancelButton, requestCard } from './request-card.ts'
import type { RequestView } from './request-view.ts'
import { asksOf, wantedOf } from './request-words.ts'
import { clock, code, command, dotted, listed, shortened, spanOf, strong } from './words.ts'

/** To who asked, at once: what was asked, who decides, what can be done now. */
export function askedCard(view: RequestView): Card {
  if (view.state !== 'pending') return requestCard(view, 'holder')
  const names = listed(view.deciders.map((each) => each.name))
  return {
    title: ['Asked: ', ...wantedOf(view)],
    lines: [
      dotted([`Decides: ${names}`], ['lapses at ', clock(view.lapsesAt)]),
      ['You get a direct message when it is decided'],
    ],
    buttons: [cancelButton(view)],
    footer: [code(view.id)],
    about: view.id,
  }
}

/** To somebody who asked for the same again: there is one already. */
export function askedAlreadyCard(view: RequestView): Card {
  return { ...askedCard(view), title: ['You have asked for this already: ', ...wantedOf(view)] }
}

export function votedCard(view: RequestView, vote: 'yes' | 'no' | 'withdrawn'): Card {
  const did = { yes: 'Your approval is counted', no: 'Denied', withdrawn: 'Your approval is withdrawn' }[vote]
  const left = view.state === 'pending' && vote === 'yes' ? `; ${view.votesNeeded - view.votes.length} more to go` : ''
  return { title: [`${did}${left}`], lines: [oneLine(view)], buttons: [] }
}

export function endedCard(view: RequestView): Card {
  return { title: ['Ending it now'], lines: [oneLine(view)], buttons: [] }
}

export function rolesCard(
  roles: readonly {
    readonly key: string
    readonly name: string
    readonly description: string
    readonly capSeconds: number
  }[],
): Card {
  if (roles.length === 0)
    return {
      title: ['There is no such role that you can ask for'],
      lines: [['All of yours: ', command('roles')]],
      buttons: [],
    }
  const lines = roles
    .slice(0, 40)
    .map(
      (role): Line => [
        code(role.key),
        ' · ',
        strong(role.name),
        ` · at most ${spanOf(role.capSeconds)} · ${shortened(role.description)}`,
      ],
    )
  return {
    title: [strong('You can ask for')],
    lines,
    buttons: [],
    footer: ['Ask with ', command('request <role> <duration> [reason]')],
  }
}

export function denyForm(view: RequestView): Form {
  return {
    id: 'deny',
    title: 'Deny',
    submit: 'Deny',
    intro: [asksOf(view)],
    fields: [
      {
        name: 'reason',
        label: 'Why',
        hint: 'Shown to who asked, and on the card',
        kind: 'long_text',
        isRequired: false,
      },
    ],
    about: view.id,
  }
}
