import type { Card, FieldError, Form } from '../../src/cards/card.ts'

/** The use case threw: what was asked for may or may not have been taken. */
export function outageCard(): Card {
  return {
    title: ['Thand cannot reach its database right now'],
    lines: [['Try again in a minute. Whether this was taken, ', { kind: 'command', line: 'mine' }, ' will tell.']],
    buttons: [],
  }
}

const WITHOUT_FORM: Readonly<Record<Form['id'], readonly [line: string, meaning: string]>> = {
  request: ['request github:org-admin 30m', ' asks without a form'],
  deny: ['pending', ' lists what waits for you'],
  extend: ['extend <id> 30m', ' asks for more time without a form'],
}

export function formDidNotOpen(form: Form, platform: string): Card {
  const [line, meaning] = WITHOUT_FORM[form.id]
  return {
    title: [`${platform} did not open the form “${form.title}” in time`],
    lines: [['Try again, or type a line: ', { kind: 'command', line }, meaning]],
    buttons: [],
  }
}

/** In place of a card whose channel was shared: no name, no reason, nothing to press. */
export function withdrawnCard(): Card {
  return {
    title: ['This card was taken away: the channel is shared with another organisation'],
    lines: [
      [
        'Members find what concerns them with ',
        { kind: 'command', line: 'mine' },
        ' and ',
        { kind: 'command', line: 'pending' },
      ],
    ],
    buttons: [],
  }
}

export function fieldErrorsCard(errors: readonly FieldError[]): Card {
  return { title: ['The form was not taken'], lines: errors.map(({ message }) => [message]), buttons: [] }
}
