import { BLOCKS, CONFIRM, ELEMENTS, FORMATTED_OPTION, OPTION, type Place, type Shape, VIEW } from './block-shapes.ts'
import { isRecord, type JsonRecord, listOf, recordOf, recordsOf } from './json.ts'
import { Findings, type Problem } from './problem.ts'

export type Surface = 'message' | 'modal' | 'home'

/** Slack does not document this one: https://github.com/slackapi/bolt-js/issues/2509 */
const ALL_TEXT_MAX = 13_200
const TEXT_MAX = 4000

/** Everything that Slack, or one of our own stricter rules, has against these blocks. */
export function blockProblems(blocks: unknown, surface: Surface): Problem[] {
  const found = new Findings()
  const pointer = surface === 'message' ? '/blocks' : '/view/blocks'
  if (!Array.isArray(blocks)) return [{ error: 'invalid_blocks_format', pointer, message: 'must be an array' }]
  atMost(found, pointer, blocks, surface === 'message' ? 50 : 100)
  const blockIds = new Set<unknown>()
  for (const [index, block] of blocks.entries()) {
    checkBlock(found, block, `${pointer}/${index}`)
    const id = recordOf(block)['block_id']
    if (id !== undefined && blockIds.has(id))
      found.add(`${pointer}/${index}/block_id`, `\`block_id\` already exists: ${id}`)
    blockIds.add(id)
  }
  const length = lengthOfText(blocks)
  if (length > ALL_TEXT_MAX) found.add(pointer, `${length} characters over all blocks`, 'msg_blocks_too_long')
  return found.problems
}

/** A message, an ephemeral message, or what is posted to a response_url. */
export function messageProblems(message: JsonRecord): Problem[] {
  const { text, blocks } = message
  const found = new Findings()
  const hasBlocks = blocks !== undefined && !(Array.isArray(blocks) && blocks.length === 0)
  const hasText = typeof text === 'string' && text.trim() !== ''
  if (!hasText && !hasBlocks) found.add('/text', 'missing text', 'no_text')
  // Our own rules: notifications and screen readers read `text`; the other three let Slack find mentions in it.
  if (!hasText && hasBlocks) found.add('/text', 'blocks need a text beside them', 'invalid_arguments')
  if (typeof text === 'string' && text.length > TEXT_MAX) found.add('/text', `longer than ${TEXT_MAX}`, 'msg_too_long')
  for (const field of ['link_names', 'parse', 'attachments'])
    if (message[field] !== undefined) found.add(`/${field}`, 'is not used by this product', 'invalid_arguments')
  return [...found.problems, ...(blocks === undefined ? [] : blockProblems(blocks, 'message'))]
}

export function viewProblems(view: unknown, type?: 'modal' | 'home'): Problem[] {
  const found = new Findings('invalid_arguments')
  if (!isRecord(view)) return [{ error: 'invalid_arguments', pointer: '/view', message: 'must be an object' }]
  const surface = view['type'] === 'home' ? 'home' : 'modal'
  if (view['type'] !== (type ?? surface)) found.add('/view/type', `must be ${type ?? surface}`)
  checkShape(found, view, VIEW, '/view')
  const hasInput = recordsOf(view['blocks']).some((block) => block['type'] === 'input')
  if (surface === 'modal' && !view['title']) found.add('/view', 'missing required field: title')
  if (surface === 'modal' && hasInput && !view['submit']) found.add('/view', 'missing required field: submit')
  const inBlocks = blockProblems(view['blocks'], surface).map((each) => ({ ...each, error: 'invalid_arguments' }))
  return [...found.problems, ...inBlocks]
}

/** What an external select is answered with. */
export function optionsProblems(answer: JsonRecord): Problem[] {
  const found = new Findings('invalid_arguments')
  const options = answer['options']
  if (!Array.isArray(options)) found.add('/options', 'must be an array')
  else if (options.length > 0) checkOptions(found, answer, OPTION, '')
  return found.problems
}

function checkBlock(found: Findings, block: unknown, pointer: string): void {
  const shape = isRecord(block) ? BLOCKS[String(block['type'])] : undefined
  if (!isRecord(block) || !shape) {
    found.add(pointer, `unsupported type: ${recordOf(block)['type']}`)
    return
  }
  checkShape(found, block, shape, pointer)
  if (block['type'] === 'section') checkSection(found, block, pointer)
  if (block['type'] === 'input') checkElement(found, block['element'], 'input', `${pointer}/element`)
  if (block['type'] === 'rich_text') checkRichText(found, block, pointer)
  if (block['type'] === 'actions' || block['type'] === 'context') checkElements(found, block, block['type'], pointer)
}

function checkSection(found: Findings, block: JsonRecord, pointer: string): void {
  const fields = listOf(block['fields'])
  if (block['fields'] !== undefined && fields.length === 0) found.add(`${pointer}/fields`, 'must not be empty')
  atMost(found, `${pointer}/fields`, fields, 10)
  for (const [index, field] of fields.entries())
    checkText(found, field, { max: 2000, mrkdwn: true }, `${pointer}/fields/${index}`)
  if (block['accessory'] !== undefined) checkElement(found, block['accessory'], 'accessory', `${pointer}/accessory`)
}

function checkElements(found: Findings, block: JsonRecord, place: 'actions' | 'context', pointer: string): void {
  const elements = listOf(block['elements'])
  if (elements.length === 0) found.add(`${pointer}/elements`, 'must not be empty')
  atMost(found, `${pointer}/elements`, elements, place === 'actions' ? 25 : 10)
  const actionIds = new Set<unknown>()
  for (const [index, element] of elements.entries()) {
    const at = `${pointer}/elements/${index}`
    const { type, action_id: id } = recordOf(element)
    if (place === 'context' && type !== 'image') checkText(found, element, { max: 3000, mrkdwn: true }, at)
    else checkElement(found, element, place, at)
    if (id !== undefined && actionIds.has(id)) found.add(`${at}/action_id`, `\`action_id\` already exists: ${id}`)
    actionIds.add(id)
  }
}

function checkElement(found: Findings, element: unknown, place: Place, pointer: string): void {
  const known = isRecord(element) ? ELEMENTS[String(element['type'])] : undefined
  if (!isRecord(element) || !known?.places.includes(place)) {
    found.add(pointer, `unsupported type for ${place}: ${recordOf(element)['type']}`)
    return
  }
  checkShape(found, element, known.shape, pointer)
  const isFormatted = element['type'] === 'radio_buttons' || element['type'] === 'checkboxes'
  checkOptions(found, element, isFormatted ? FORMATTED_OPTION : OPTION, pointer)
  const groups = recordsOf(element['option_groups'])
  atMost(found, `${pointer}/option_groups`, groups, 100)
  for (const [index, group] of groups.entries()) {
    checkText(found, group['label'], { max: 75 }, `${pointer}/option_groups/${index}/label`)
    checkOptions(found, group, OPTION, `${pointer}/option_groups/${index}`)
  }
  if (element['confirm'] === undefined) return
  if (isRecord(element['confirm'])) checkShape(found, element['confirm'], CONFIRM, `${pointer}/confirm`)
  else found.add(`${pointer}/confirm`, 'must be an object')
}

function checkOptions(found: Findings, holder: JsonRecord, shape: Shape, pointer: string): void {
  if (holder['options'] === undefined) return
  const options = listOf(holder['options'])
  if (options.length === 0) found.add(`${pointer}/options`, 'must not be empty')
  atMost(found, `${pointer}/options`, options, 100)
  for (const [index, option] of options.entries())
    checkShape(found, recordOf(option), shape, `${pointer}/options/${index}`)
}

const RICH = ['rich_text_section', 'rich_text_list', 'rich_text_quote', 'rich_text_preformatted']

function checkRichText(found: Findings, block: JsonRecord, pointer: string): void {
  for (const [index, element] of listOf(block['elements']).entries()) {
    const at = `${pointer}/elements/${index}`
    const { type, elements } = recordOf(element)
    if (!RICH.includes(String(type))) found.add(at, `unsupported type: ${type}`)
    if (!Array.isArray(elements)) found.add(at, 'missing required field: elements')
    for (const [at2, leaf] of recordsOf(elements).entries())
      if (leaf['type'] === 'text' && (typeof leaf['text'] !== 'string' || leaf['text'] === ''))
        found.add(`${at}/elements/${at2}/text`, 'must be more than 0 characters')
  }
}

function checkShape(found: Findings, node: JsonRecord, shape: Shape, pointer: string): void {
  const texts = shape.texts ?? {}
  const strings: Readonly<Record<string, number>> = { ...shape.strings, block_id: 255, action_id: 255 }
  for (const field of shape.required ?? [])
    if (node[field] === undefined) found.add(pointer, `missing required field: ${field}`)
  if (shape.oneOf && !shape.oneOf.some((field) => node[field] !== undefined))
    found.add(pointer, `${shape.oneOf.join(' or ')} must be provided`)
  for (const [field, rule] of Object.entries(texts)) {
    if (node[field] !== undefined) checkText(found, node[field], rule, `${pointer}/${field}`)
    else if (rule.required) found.add(pointer, `missing required field: ${field}`)
  }
  for (const [field, max] of Object.entries(strings)) checkString(found, node[field], max, `${pointer}/${field}`)
  if (node['style'] !== undefined && node['style'] !== 'primary' && node['style'] !== 'danger')
    found.add(`${pointer}/style`, 'must be primary or danger')
  const known = new Set(['type', ...Object.keys(texts), ...Object.keys(strings), ...(shape.others ?? [])])
  for (const field of Object.keys(node))
    if (!known.has(field)) found.add(pointer, `invalid additional property: ${field}`)
}

function checkText(found: Findings, text: unknown, rule: { max: number; mrkdwn?: true }, pointer: string): void {
  if (!isRecord(text)) {
    found.add(pointer, 'must be a text object')
    return
  }
  const isMrkdwn = text['type'] === 'mrkdwn'
  if (!isMrkdwn && text['type'] !== 'plain_text') found.add(`${pointer}/type`, `unsupported type: ${text['type']}`)
  if (isMrkdwn && !rule.mrkdwn) found.add(`${pointer}/type`, 'must be plain_text')
  // Our own rule: otherwise Slack looks for mentions and links in what people typed.
  if (isMrkdwn && rule.mrkdwn && text['verbatim'] !== true) found.add(pointer, 'mrkdwn must be verbatim')
  if (isMrkdwn && text['emoji'] !== undefined) found.add(pointer, 'invalid additional property: emoji')
  if (typeof text['text'] !== 'string') {
    found.add(`${pointer}/text`, 'must be a string')
    return
  }
  if (text['text'] === '') found.add(`${pointer}/text`, 'must be more than 0 characters')
  checkString(found, text['text'], rule.max, `${pointer}/text`)
}

function checkString(found: Findings, value: unknown, max: number, pointer: string): void {
  if (value === undefined) return
  if (typeof value !== 'string') {
    found.add(pointer, 'must be a string')
    return
  }
  if (value.length > max) found.add(pointer, `must be less than ${max + 1} characters`)
}

function atMost(found: Findings, pointer: string, items: readonly unknown[], max: number): void {
  if (items.length > max) found.add(pointer, `no more than ${max} items allowed`)
}

function lengthOfText(node: unknown): number {
  if (Array.isArray(node)) return node.reduce((sum: number, each) => sum + lengthOfText(each), 0)
  if (!isRecord(node)) return 0
  const { text, ...others } = node
  return (typeof text === 'string' ? text.length : lengthOfText(text)) + lengthOfText(Object.values(others))
}
