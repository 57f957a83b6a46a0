import type { Line } from '../../src/cards/card.ts'
import type { AccountOf } from '../../src/ports/chat.ts'
import { callingIn } from '../common/mentions.ts'
import { flat, plainText } from '../common/text.ts'
import type { MentionEntity } from './adaptive-card.ts'
import { type Called, unmarked } from './render-inline.ts'

const NAME_MAX = 60

/**
 * Who is called in these lines, as Teams wants it: the same person, the same answer, however often it is asked. An id of the
 * directory does: no name, no address.
 */
export async function calledIn(lines: readonly Line[], accountOf: AccountOf): Promise<Called> {
  const calling = await callingIn(lines, accountOf)
  const ids = new Map<string, string | undefined>()
  const entities = new Map<string, MentionEntity>()
  const marks = new Set<string>()
  for (const inline of lines.flat()) {
    if (typeof inline === 'string' || inline.kind !== 'mention' || ids.has(inline.person)) continue
    const id = calling(inline)
    ids.set(inline.person, id)
    if (id === undefined || entities.has(id)) continue
    const name = unmarked(plainText(flat(inline.name), NAME_MAX)).replaceAll(/[_~#!|]/g, ' ')
    const text = freeMark(name, marks)
    marks.add(text)
    entities.set(id, { type: 'mention', text, mentioned: { id, name } })
  }
  return ({ person }) => entities.get(ids.get(person) ?? '')
}

/** Teams finds by its words alone whom a mark means: two of one name would be one of them. */
function freeMark(name: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const mark = `<at>${n === 1 ? name : `${name} (${n})`}</at>`
    if (!taken.has(mark)) return mark
  }
}
