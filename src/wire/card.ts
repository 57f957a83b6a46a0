import * as z from 'zod'

const inline = z.union([
  z.string(),
  z.object({ kind: z.literal('strong'), text: z.string() }),
  z.object({ kind: z.literal('code'), text: z.string() }),
  z.object({
    kind: z.literal('time'),
    at: z.number().int(),
    form: z.enum(['clock', 'clock_seconds', 'day_and_clock']),
  }),
  z.object({ kind: z.literal('mention'), name: z.string() }),
])

const line = z.array(inline)

/** The neutral card, without what only a chat can press. `at` is in seconds since 1970. */
export const card = z.object({
  title: line,
  lines: z.array(line),
  quote: z.string().optional(),
  footer: line.optional(),
})
export type WireCard = z.infer<typeof card>
export type WireLine = z.infer<typeof line>
