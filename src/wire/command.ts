import * as z from 'zod'
import { card } from './card.ts'

/** One line of the same grammar as in chat, without `/thand`. */
export const commandBody = z.strictObject({ line: z.string().min(1).max(4000) })

/** `id`: of the request that the line made or was about. */
export const commandAnswer = z.object({ card, id: z.string().optional() })
export type CommandAnswer = z.infer<typeof commandAnswer>
