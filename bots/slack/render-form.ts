import type { ExternalSelect, InputBlock, ModalView, PlainTextInput, PlainTextOption, StaticSelect } from '@slack/types'
import type { Card, Choice, Field, Form } from '../../src/cards/card.ts'
import type { AccountOf } from '../../src/ports/chat.ts'
import { callingIn } from '../common/mentions.ts'
import { plainText } from '../common/text.ts'
import { linesWithin, renderCard, sectionsOf } from './render.ts'

const VIEW_TITLE_MAX = 24
const INTRO_MAX = 6000
const CHOICES_PER_GROUP = 100
const CHOICE_TEXT_MAX = 75
const CHOICE_VALUE_MAX = 150
const LABEL_MAX = 150
const INITIAL_MAX = 3000

/** `private_metadata` carries the form's `about` and nothing else: facts are read from the database when it comes back. */
export async function formView(form: Form, accountOf: AccountOf): Promise<ModalView> {
  const calling = await callingIn(form.intro, accountOf)
  return {
    type: 'modal',
    callback_id: `thand:${form.id}`,
    private_metadata: form.about,
    title: plain(form.title, VIEW_TITLE_MAX),
    submit: plain(form.submit, VIEW_TITLE_MAX),
    close: plain('Cancel', VIEW_TITLE_MAX),
    blocks: [...sectionsOf(linesWithin(form.intro, calling, INTRO_MAX)), ...form.fields.map(inputOf)],
  }
}

/** The answer to a form, in the form's own place. */
export async function cardView(card: Card, accountOf: AccountOf): Promise<ModalView> {
  const { blocks } = await renderCard(card, accountOf)
  return { type: 'modal', title: plain('Thand', VIEW_TITLE_MAX), close: plain('Close', VIEW_TITLE_MAX), blocks }
}

function inputOf(field: Field): InputBlock {
  return {
    type: 'input',
    block_id: field.name,
    optional: !field.isRequired,
    label: plain(field.label, LABEL_MAX),
    ...(field.hint === undefined ? {} : { hint: plain(field.hint, LABEL_MAX) }),
    element: elementOf(field),
  }
}

function elementOf(field: Field): InputBlock['element'] {
  const options = optionsOf(field.choices ?? [])
  if (field.kind === 'search') return search(field, options)
  return field.kind === 'choice' && options.length > 0 ? select(field, options) : textInput(field)
}

/** The choices as Slack takes them: also the answer to a search. */
export function optionsOf(choices: readonly Choice[]): PlainTextOption[] {
  return choices.filter(({ value }) => value !== '' && value.length <= CHOICE_VALUE_MAX).map(optionOf)
}

/** Slack asks us at every letter, and once when it opens. */
function search(field: Field, options: readonly PlainTextOption[]): ExternalSelect {
  const initial = options.find(({ value }) => value === field.initial)
  return {
    type: 'external_select',
    action_id: 'thand:search',
    min_query_length: 0,
    ...placeholderOf(field),
    ...(initial === undefined ? {} : { initial_option: initial }),
  }
}

function placeholderOf({ placeholder = '' }: Field) {
  return placeholder === '' ? {} : { placeholder: plain(placeholder, LABEL_MAX) }
}

function textInput(field: Field): PlainTextInput {
  const { kind, initial = '' } = field
  return {
    type: 'plain_text_input',
    action_id: 'value',
    multiline: kind === 'long_text',
    ...placeholderOf(field),
    ...(initial === '' ? {} : { initial_value: plainText(initial, INITIAL_MAX) }),
  }
}

function select(field: Field, options: readonly PlainTextOption[]): StaticSelect {
  const initial = options.find(({ value }) => value === field.initial)
  return {
    type: 'static_select',
    action_id: 'value',
    ...placeholderOf(field),
    ...(options.length <= CHOICES_PER_GROUP ? { options: [...options] } : { option_groups: groupsOf(options) }),
    ...(initial === undefined ? {} : { initial_option: initial }),
  }
}

/** A select holds 100 options, or 100 groups of them. */
function groupsOf(options: readonly PlainTextOption[]) {
  const groups = Math.ceil(Math.min(options.length, CHOICES_PER_GROUP ** 2) / CHOICES_PER_GROUP)
  return Array.from({ length: groups }, (_, n) => {
    const members = options.slice(n * CHOICES_PER_GROUP, (n + 1) * CHOICES_PER_GROUP)
    return { label: plain(members[0]?.text.text ?? '', CHOICE_TEXT_MAX), options: members }
  })
}

function optionOf({ value, label, hint = '' }: Choice): PlainTextOption {
  const small = hint === '' ? {} : { description: plain(hint, CHOICE_TEXT_MAX) }
  return { value, text: plain(label, CHOICE_TEXT_MAX), ...small }
}

function plain(text: string, lengthMax: number) {
  return { type: 'plain_text', text: plainText(text, lengthMax) } as const
}
