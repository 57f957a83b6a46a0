import type { Button } from './card.ts'

/** Opens the form to ask, from wherever it stands. */
export const askButton: Button = {
  label: 'Request access…',
  meaning: 'Ask for access: opens a form',
  tone: 'good',
  press: { kind: 'form', form: 'request' },
}
