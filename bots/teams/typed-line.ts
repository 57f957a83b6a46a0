import { cleaned } from '../common/text.ts'
import { isPersonal, mention, type TeamsActivity } from './activity.ts'

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
  let text = told.text ?? ''
  for (const { mentioned, text: mark } of mentions) {
    if (mark == null || mark === '') continue
    // Others who are named stay as names; whom a name means is not read.
    text = text.replaceAll(mark, mentioned.id === told.recipient.id ? ' ' : ` @${mentioned.name ?? ''} `)
  }
  return line(text)
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
