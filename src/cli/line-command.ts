import { forgetKept } from '../agent/kept-folder.ts'
import { drawCard } from '../agent/plain-card.ts'
import { ok } from '../core/result.ts'
import { loggedIn } from './client.ts'

/** A line of the same grammar as in chat (`show req_…`, `extend req_… 30m`), and the card that answers it. */
export function lineCommand(words: readonly string[], options: { readonly json?: boolean }): Promise<number> {
  return loggedIn(options, async ({ api, folder, terminal, isJson, json }) => {
    const answer = await api.command(words.filter((word) => word !== '').join(' '))
    if (!answer.ok) return answer
    const [verb, id] = words
    if (verb === 'end' && id !== undefined) forgetKept(folder, { id })
    if (isJson) json(answer.value)
    else drawCard(terminal, answer.value.card)
    return ok(0)
  })
}
