import { cleaned } from '../common/text.ts'
import { isPersonal, mention, type TeamsActivity } from './activity.ts'

/** Of a reason two thousand signs are kept, and Teams writes some of them with six. */
const TEXT_MAX = 16_000
const NAME_MAX = 100
/** How a mention stands in the text; what a client calls so and does not look like it stays what was typed. */
const MARK = /<at[^<>]*>[^<>]*<\/at>/g

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&nbsp;', ' '],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&amp;', '&'],
])

/**
 * What somebody said to us: the line after our mention, or all of it one-to-one. `undefined` where it is not for us. Not the
 * SDK's way of taking mentions out: that one takes out the first alone, leaves `&nbsp;`, and fails where there is no text.
 */
export function typedLine(told: TeamsActivity): string | undefined {
  const mentions = (told.entities ?? []).flatMap((entity) => mention.safeParse(entity).data ?? [])
  const isToUs = mentions.some(({ mentioned }) => mentioned.id === told.recipient.id)
  if (!isToUs && !isPersonal(told) && told.recipient.isTargeted !== true) return undefined
  const spoken = new Map<string, string>()
  for (const { mentioned, text: mark } of mentions) {
    const isUs = mentioned.id === told.recipient.id
    // Others who are named stay as names; whom a name means is not read.
    if (mark != null && (isUs || !spoken.has(mark)))
      spoken.set(mark, isUs ? ' ' : ` @${(mentioned.name ?? '').slice(0, NAME_MAX)} `)
  }
  const text = (told.text ?? '').slice(0, TEXT_MAX)
  return line(text.replaceAll(MARK, (mark) => spoken.get(mark) ?? mark))
}

function line(text: string): string {
  let plain = text.replaceAll(/<\/?at[^<>]*>/g, ' ')
  for (const [entity, character] of ENTITIES) plain = plain.replaceAll(entity, character)
  return cleaned(plain)
    .replaceAll(/[\s\u00a0]+/gu, ' ')
    .trim()
    .replace(/^`([^`]*)`$/, '$1')
    .replace(/^[/@]?thand\b\s*/i, '')
}
