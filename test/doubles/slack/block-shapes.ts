/**
 * What may stand where in Block Kit, and how long it may be.
 * Numbers: the documentation comments of `@slack/types` 3.2 and https://docs.slack.dev/reference/block-kit
 */
export type TextRule = { readonly max: number; readonly mrkdwn?: true; readonly required?: true }

export type Shape = {
  readonly required?: readonly string[]
  readonly oneOf?: readonly string[]
  readonly texts?: Readonly<Record<string, TextRule>>
  readonly strings?: Readonly<Record<string, number>>
  readonly others?: readonly string[]
}

const image: Shape = {
  required: ['alt_text'],
  oneOf: ['image_url', 'slack_file'],
  texts: { title: { max: 2000 } },
  strings: { alt_text: 2000, image_url: 3000 },
  others: ['slack_file'],
}

export const BLOCKS: Readonly<Record<string, Shape>> = {
  section: {
    oneOf: ['text', 'fields'],
    texts: { text: { max: 3000, mrkdwn: true } },
    others: ['fields', 'accessory', 'expand'],
  },
  header: { texts: { text: { max: 150, required: true } } },
  context: { required: ['elements'], others: ['elements'] },
  actions: { required: ['elements'], others: ['elements'] },
  divider: {},
  rich_text: { required: ['elements'], others: ['elements'] },
  input: {
    required: ['element'],
    texts: { label: { max: 2000, required: true }, hint: { max: 2000 } },
    others: ['element', 'optional', 'dispatch_action'],
  },
  image,
}

export type Place = 'actions' | 'accessory' | 'input' | 'context'

const PLACEHOLDER = { placeholder: { max: 150 } }
const CHOICE = ['confirm', 'focus_on_load']
const OPTIONS: Shape = {
  oneOf: ['options', 'option_groups'],
  texts: PLACEHOLDER,
  others: [...CHOICE, 'options', 'option_groups', 'initial_option', 'initial_options', 'max_selected_items'],
}
const FOUND: Shape = {
  texts: PLACEHOLDER,
  others: [...CHOICE, 'min_query_length', 'initial_option', 'initial_options', 'max_selected_items'],
}
const PEOPLE: Shape = {
  texts: PLACEHOLDER,
  others: [
    ...CHOICE,
    'initial_user',
    'initial_users',
    'initial_conversation',
    'initial_channel',
    'default_to_current_conversation',
    'filter',
    'response_url_enabled',
    'max_selected_items',
  ],
}
const BOXES: Shape = { required: ['options'], others: [...CHOICE, 'options', 'initial_option', 'initial_options'] }
const MOMENT: Shape = {
  texts: PLACEHOLDER,
  others: [...CHOICE, 'initial_date', 'initial_time', 'initial_date_time', 'timezone'],
}
const TYPED: Shape = {
  texts: PLACEHOLDER,
  strings: { initial_value: 3000 },
  others: [
    'multiline',
    'min_length',
    'max_length',
    'dispatch_action_config',
    'focus_on_load',
    'is_decimal_allowed',
    'min_value',
    'max_value',
  ],
}

const EVERYWHERE: readonly Place[] = ['actions', 'accessory', 'input']

export const ELEMENTS: Readonly<Record<string, { readonly places: readonly Place[]; readonly shape: Shape }>> = {
  button: {
    places: ['actions', 'accessory'],
    shape: {
      texts: { text: { max: 75, required: true } },
      strings: { value: 2000, url: 3000, accessibility_label: 75 },
      others: ['style', 'confirm'],
    },
  },
  image: { places: ['accessory', 'context'], shape: { ...image, texts: {} } },
  overflow: { places: ['actions', 'accessory'], shape: { required: ['options'], others: ['options', 'confirm'] } },
  static_select: { places: EVERYWHERE, shape: OPTIONS },
  multi_static_select: { places: ['accessory', 'input'], shape: OPTIONS },
  external_select: { places: EVERYWHERE, shape: FOUND },
  multi_external_select: { places: ['accessory', 'input'], shape: FOUND },
  users_select: { places: EVERYWHERE, shape: PEOPLE },
  multi_users_select: { places: ['accessory', 'input'], shape: PEOPLE },
  conversations_select: { places: EVERYWHERE, shape: PEOPLE },
  channels_select: { places: EVERYWHERE, shape: PEOPLE },
  radio_buttons: { places: EVERYWHERE, shape: BOXES },
  checkboxes: { places: EVERYWHERE, shape: BOXES },
  datepicker: { places: EVERYWHERE, shape: MOMENT },
  timepicker: { places: EVERYWHERE, shape: MOMENT },
  datetimepicker: { places: ['actions', 'input'], shape: MOMENT },
  plain_text_input: { places: ['input'], shape: TYPED },
  number_input: { places: ['input'], shape: { ...TYPED, required: ['is_decimal_allowed'] } },
  email_text_input: { places: ['input'], shape: TYPED },
  url_text_input: { places: ['input'], shape: TYPED },
}

export const CONFIRM: Shape = {
  texts: {
    title: { max: 100, required: true },
    text: { max: 300, mrkdwn: true, required: true },
    confirm: { max: 30, required: true },
    deny: { max: 30, required: true },
  },
  others: ['style'],
}

export const OPTION: Shape = {
  required: ['value'],
  texts: { text: { max: 75, required: true }, description: { max: 75 } },
  strings: { value: 150, url: 3000 },
}

/** Radio buttons and checkboxes are the two whose options may be formatted. */
export const FORMATTED_OPTION: Shape = {
  ...OPTION,
  texts: { text: { max: 75, mrkdwn: true, required: true }, description: { max: 75, mrkdwn: true } },
}

export const VIEW: Shape = {
  texts: { title: { max: 24 }, submit: { max: 24 }, close: { max: 24 } },
  strings: { private_metadata: 3000, callback_id: 255, external_id: 255 },
  others: ['blocks', 'clear_on_close', 'notify_on_close', 'submit_disabled'],
}
