import type { Inline, Line } from '../../src/cards/card.ts'
import type { PersonId } from '../../src/core/ids.ts'
import type { AccountOf } from '../../src/ports/chat.ts'

/** The account to call for a mention; `undefined` where the name has to do. */
export type Calling = (mention: Extract<Inline, { kind: 'mention' }>) => string | undefined

const MENTIONS_MAX = 10
const LOOKUP_MAX_MS = 1000

/** Calls the first ten mentions of the lines, where the platform knows who they are; a card never waits long for that. */
export async function callingIn(lines: readonly Line[], accountOf: AccountOf): Promise<Calling> {
  const mentions = lines
    .flat()
    .flatMap((inline) => (typeof inline === 'object' && inline.kind === 'mention' ? inline : []))
  const people = [...new Set(mentions.slice(0, MENTIONS_MAX).map(({ person }) => person))]
  const found = await Promise.all(people.map(async (person) => [person, await accountFor(person, accountOf)] as const))
  const accounts = new Map(found)
  let left = MENTIONS_MAX
  return ({ person }) => {
    const account = left > 0 ? accounts.get(person) : undefined
    if (account !== undefined) left -= 1
    return account
  }
}

async function accountFor(person: PersonId, accountOf: AccountOf): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, LOOKUP_MAX_MS, undefined)
  })
  try {
    const account = await Promise.race([accountOf(person), late])
    return account
  } catch {
    return undefined // The name stands there instead.
  } finally {
    clearTimeout(timer)
  }
}
