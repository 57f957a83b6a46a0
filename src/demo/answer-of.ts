import type { SlackDelivery } from '../../test/doubles/slack/delivery.ts'
import type { plainTextOf } from '../../test/doubles/slack/reading.ts'

type Blocks = Extract<Parameters<typeof plainTextOf>[0], readonly unknown[]>

/** The card that answers a typed line, which only its writer sees. */
export function answerOf({ body }: SlackDelivery): { readonly blocks: Blocks } {
  const blocks = typeof body === 'object' && body !== null && 'blocks' in body ? body.blocks : []
  return { blocks: Array.isArray(blocks) ? blocks : [] }
}
