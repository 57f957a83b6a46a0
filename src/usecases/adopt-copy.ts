import { namedIn } from '../commands/parse-form.ts'
import type { MessageRef } from '../ports/chat.ts'
import type { Acting } from './context.ts'
import type { Deps } from './deps.ts'

/** What somebody touched on a message that our bot wrote. */
export interface Touched {
  readonly message: MessageRef
  /** The line, or the form, that its button stands for. */
  readonly line: string
  /** The platform says that our bot wrote the message. */
  readonly isOurs: boolean
}

/**
 * False when the message belongs to another request than the one that its button names: a block that was copied. A post whose
 * answer was lost is posted again; when the lost one turns up, by being touched, it shows the request's state too from now on.
 */
export function isOfItsRequest({ store }: Deps, { inbound, person }: Acting, touched: Touched): Promise<boolean> {
  const { platform } = inbound.sender
  const named = namedIn(touched.line)
  return store.transact(async (tx) => {
    const known = await tx.messages.findByRef(platform, touched.message)
    if (known !== undefined) return named === known.requestId
    const request = named && (await tx.requests.find(named))
    if (request === undefined || !touched.isOurs) return true
    const { channel } = touched.message
    const isOnChannel = request.role.workflow?.channel === `${platform}:${channel}`
    const place = isOnChannel
      ? ({ audience: 'channel', place: channel } as const)
      : ({ audience: 'direct', place: person.id } as const)
    await tx.messages.adopt({ requestId: request.id, platform, ...place, ref: touched.message })
    return true
  })
}
