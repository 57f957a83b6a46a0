import { isRecord, type JsonRecord, listOf, recordOf, recordsOf, stringOf } from './json.ts'
import type { SlackEphemeral, SlackMessage, SlackView, SlackWorkspace } from './workspace.ts'

export type SlackButton = {
  readonly label: string
  readonly actionId: string
  readonly blockId: string
  readonly value?: string
  readonly url?: string
  readonly style?: string
  readonly confirm?: JsonRecord
}

export type Pressable = SlackMessage | SlackEphemeral | SlackView

export function buttonsOf(target: Pressable): SlackButton[] {
  const blocks = 'view' in target ? recordsOf(target.view['blocks']) : target.blocks
  return blocks.flatMap((block) =>
    recordsOf([...listOf(block['elements']), block['accessory']])
      .filter(({ type }) => type === 'button')
      .map((element) => buttonOf(element, stringOf(block['block_id']))),
  )
}

/** What a person reads, as plain lines. `names` turns the ids of people and channels into names. */
export function plainTextOf(
  shown: Pressable | readonly JsonRecord[],
  names: Readonly<Record<string, string>> = {},
): string {
  if (!isBlocks(shown)) {
    const title = 'view' in shown ? stringOf(recordOf(shown.view['title'])['text']) : ''
    const blocks = 'view' in shown ? recordsOf(shown.view['blocks']) : shown.blocks
    if ('text' in shown && blocks.length === 0) return readable(shown.text, names)
    return [...(title ? [title] : []), plainTextOf(blocks, names)].join('\n')
  }
  return shown
    .map((block) => lineOf(block, names))
    .filter((line) => line !== '')
    .join('\n')
}

/** The messages of a channel that are not replies, oldest first. */
export function cardsIn(workspace: SlackWorkspace, channel: string): SlackMessage[] {
  return [...workspace.messages.values()].filter((each) => each.channel === channel && each.threadTs === undefined)
}

/** The replies to a message, oldest first. */
export function threadOf(workspace: SlackWorkspace, { channel, ts }: SlackMessage): SlackMessage[] {
  return [...workspace.messages.values()].filter((each) => each.channel === channel && each.threadTs === ts)
}

/** Slack's markup as a person sees it: names for ids, the fallback for a date, the label and address of a link. */
export function readable(mrkdwn: string, names: Readonly<Record<string, string>> = {}): string {
  return mrkdwn
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<!subteam\^(\w+)(?:\|([^>]*))?>/g, (_all, id: string, label?: string) => label ?? `@${names[id] ?? id}`)
    .replace(/<!(channel|here|everyone)(?:\|[^>]*)?>/g, '@$1')
    .replace(/<@(\w+)(?:\|([^>]*))?>/g, (_all, id: string, label?: string) => `@${names[id] ?? label ?? id}`)
    .replace(/<#(\w+)(?:\|([^>]*))?>/g, (_all, id: string, label?: string) => `#${names[id] ?? (label || id)}`)
    .replace(/<((?:https?|mailto):[^|>]+)\|([^>]+)>/g, '$2 ($1)')
    .replace(/<((?:https?|mailto):[^>]+)>/g, '$1')
    .replace(/(^|[\s(])\*([^*\n]+)\*(?=$|[\s.,:;!?)])/gm, '$1$2')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

const isBlocks = (shown: Pressable | readonly JsonRecord[]): shown is readonly JsonRecord[] => Array.isArray(shown)

function buttonOf(element: JsonRecord, blockId: string): SlackButton {
  const { value, url, style, confirm } = element
  return {
    label: stringOf(recordOf(element['text'])['text']),
    actionId: stringOf(element['action_id']),
    blockId,
    ...(typeof value === 'string' ? { value } : {}),
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof style === 'string' ? { style } : {}),
    ...(isRecord(confirm) ? { confirm } : {}),
  }
}

type Names = Readonly<Record<string, string>>

function lineOf(block: JsonRecord, names: Names): string {
  switch (block['type']) {
    case 'header':
      return `# ${textIn(block['text'], names)}`
    case 'section': {
      const lines = [block['text'], ...listOf(block['fields'])].map((text) => textIn(text, names))
      return [...lines, elementLine(recordOf(block['accessory']), names)].filter((line) => line !== '').join('\n')
    }
    case 'context':
      return recordsOf(block['elements'])
        .map((element) => elementLine(element, names))
        .join('  ')
    case 'actions':
      return recordsOf(block['elements'])
        .map((element) => elementLine(element, names))
        .join('  ')
    case 'divider':
      return '─'.repeat(40)
    case 'rich_text':
      return recordsOf(block['elements'])
        .map((element) => richLine(element, names))
        .join('\n')
    case 'input':
      return `${textIn(block['label'], names)}: ${elementLine(recordOf(block['element']), names)}`
    case 'image':
      return `[${stringOf(block['alt_text'])}]`
    default:
      return ''
  }
}

function elementLine(element: JsonRecord, names: Names): string {
  const { type } = element
  if (type === 'button') return `[ ${textIn(element['text'], names)} ]`
  if (type === 'image') return `[${stringOf(element['alt_text'])}]`
  if (type === 'mrkdwn' || type === 'plain_text') return textIn(element, names)
  const options = recordsOf(element['options']).map((option) => textIn(option['text'], names))
  if (options.length > 0) return `( ${options.join(' | ')} )`
  return type === undefined ? '' : `____${stringOf(element['initial_value'])}____`
}

function textIn(text: unknown, names: Names): string {
  const { type, text: words } = recordOf(text)
  return type === 'mrkdwn' ? readable(stringOf(words), names) : stringOf(words)
}

function richLine(element: JsonRecord, names: Names): string {
  const parts = recordsOf(element['elements'])
  if (element['type'] === 'rich_text_list') return parts.map((each) => `• ${richLine(each, names)}`).join('\n')
  const line = parts.map((leaf) => leafText(leaf, names)).join('')
  return element['type'] === 'rich_text_quote' ? line.replace(/^/gm, '> ') : line
}

function leafText(leaf: JsonRecord, names: Names): string {
  const { type, text, url, fallback, name } = leaf
  const id = stringOf(leaf['user_id'] ?? leaf['channel_id'])
  if (type === 'user') return `@${names[id] ?? id}`
  if (type === 'channel') return `#${names[id] ?? id}`
  if (type === 'emoji') return `:${stringOf(name)}:`
  if (type === 'date') return stringOf(fallback)
  return type === 'link' ? stringOf(text ?? url) : stringOf(text)
}
