import type { Choice, Field, Form } from '../../src/cards/card.ts'
import type { AccountOf } from '../../src/ports/chat.ts'
import { plainText } from '../common/text.ts'
import {
  type AdaptiveCard,
  bytesOf,
  CARD_BYTES_MAX,
  type Execute,
  type InputChoiceSet,
  type InputText,
} from './adaptive-card.ts'
import { calledIn } from './called-in.ts'
import { frame, lineBlocks } from './render.ts'
import { plainLine } from './render-inline.ts'

const LABEL_MAX = 150
const TEXT_MAX = 2000

export interface Filling {
  readonly accountOf: AccountOf
  /** Of its search field: Teams asks us nothing while somebody types. */
  readonly found: readonly Choice[]
  /** It stands where a card of ours stood: one can go back to it. */
  readonly isInPlace: boolean
}

/** A form as a card with fields; `about` and its name come back with what was filled in, and nothing else is believed. */
export async function renderForm(form: Form, filling: Filling): Promise<AdaptiveCard> {
  const { isInPlace, accountOf } = filling
  const called = await calledIn(form.intro, accountOf)
  const summary = plainLine([form.title], LABEL_MAX)
  const submit: Execute = {
    type: 'Action.Execute',
    title: form.submit,
    style: form.id === 'deny' ? 'destructive' : 'positive',
    verb: 'submit',
    data: { form: form.id, about: form.about },
  }
  const back: Execute = { type: 'Action.Execute', title: 'Back', verb: 'look', data: {}, associatedInputs: 'none' }
  for (let shown = filling.found.length; ; shown = Math.floor(shown / 2)) {
    const card = frame(summary, {
      body: [
        ...lineBlocks([{ kind: 'strong', text: form.title }], called, { size: 'Medium' }),
        ...form.intro.flatMap((line) => lineBlocks(line, called)),
        ...form.fields.map((field) => inputOf(field, filling.found.slice(0, shown))),
      ],
      actions: isInPlace ? [submit, back] : [submit],
      entities: [],
    })
    if (shown === 0 || bytesOf(card) <= CARD_BYTES_MAX) return card
  }
}

function inputOf(field: Field, found: readonly Choice[]): InputText | InputChoiceSet {
  const { name: id, label, hint, isRequired, placeholder = '', initial = '' } = field
  const common = {
    id,
    label: plainText(hint === undefined ? label : `${label}${label.endsWith('?') ? '' : ' ·'} ${hint}`, LABEL_MAX),
    isRequired,
    // It stands under the field, and most labels are questions.
    ...(isRequired ? { errorMessage: 'This is needed' } : {}),
    ...(placeholder === '' ? {} : { placeholder: plainText(placeholder, LABEL_MAX) }),
    ...(initial === '' ? {} : { value: plainText(initial, TEXT_MAX) }),
  }
  const choices = choicesOf(field, found)
  if (choices.length === 0)
    return { type: 'Input.Text', ...common, isMultiline: field.kind === 'long_text', maxLength: TEXT_MAX }
  return { type: 'Input.ChoiceSet', ...common, style: field.kind === 'search' ? 'filtered' : 'compact', choices }
}

/** The one that is filled in is among them. */
function choicesOf({ kind, choices = [] }: Field, found: readonly Choice[]): InputChoiceSet['choices'] {
  if (kind === 'text' || kind === 'long_text') return []
  const all = new Map([...choices, ...(kind === 'search' ? found : [])].map((choice) => [choice.value, choice]))
  return [...all.values()].map(({ value, label, hint = '' }) => ({
    title: plainText(hint === '' ? label : `${label} · ${hint}`, LABEL_MAX),
    value,
  }))
}
