import { createRequire } from 'node:module'
import { z } from 'zod'

// The package's own entry loads in no Node; its bundle does.
const { AdaptiveCard, SerializationContext, Versions } = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
)

const execute = z.strictObject({
  type: z.literal('Action.Execute'),
  title: z.string().min(1).max(80),
  tooltip: z.string().optional(),
  style: z.enum(['positive', 'destructive']).optional(),
  verb: z.string().min(1),
  data: z.record(z.string(), z.string()),
  associatedInputs: z.literal('none').optional(),
})
const run = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  weight: z.literal('Bolder').optional(),
  size: z.enum(['Small', 'Medium']).optional(),
  fontType: z.literal('Monospace').optional(),
  isSubtle: z.literal(true).optional(),
})
const spacing = z.enum(['None', 'Small', 'Medium']).optional()
const rich = z.strictObject({ type: z.literal('RichTextBlock'), spacing, inlines: z.array(run).min(1) })
/** Nothing but mentions and the commas between them: Teams reads Markdown in it. */
const mentions = z.strictObject({
  type: z.literal('TextBlock'),
  text: z.string().regex(/^<at>[^<>[\]*_`~#]+<\/at>(?:, <at>[^<>[\]*_`~#]+<\/at>)*$/),
  wrap: z.literal(true),
  spacing,
})
const input = { id: z.string().min(1), label: z.string().min(1), isRequired: z.boolean() }
const more = { errorMessage: z.string().optional(), placeholder: z.string().optional(), value: z.string().optional() }
const element = z.discriminatedUnion('type', [
  rich,
  mentions,
  z.strictObject({ type: z.literal('Container'), style: z.literal('emphasis'), spacing, items: z.array(rich).min(1) }),
  z.strictObject({ type: z.literal('Input.Text'), ...input, ...more, isMultiline: z.boolean(), maxLength: z.number() }),
  z.strictObject({
    type: z.literal('Input.ChoiceSet'),
    ...input,
    ...more,
    style: z.enum(['compact', 'filtered']),
    choices: z.array(z.strictObject({ title: z.string().min(1), value: z.string().min(1) })).min(1),
  }),
])
export const cardShape = z.strictObject({
  type: z.literal('AdaptiveCard'),
  $schema: z.string(),
  version: z.literal('1.5'),
  fallbackText: z.string().min(1),
  speak: z.string().min(1),
  body: z.array(element).min(1),
  actions: z.array(execute).max(6).optional(),
  msteams: z.strictObject({
    width: z.literal('Full'),
    entities: z
      .array(
        z.strictObject({
          type: z.literal('mention'),
          text: z.string(),
          mentioned: z.strictObject({ id: z.string().min(1), name: z.string().min(1) }),
        }),
      )
      .optional(),
  }),
})
export type TeamsCard = z.infer<typeof cardShape>

const BYTES_MAX = 25 * 1024

/** What Microsoft's own renderer, the limits of Teams and our own rules say against a card. */
export function cardProblems(card: unknown): readonly string[] {
  const parsed = cardShape.safeParse(card)
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  const bytes = Buffer.byteLength(JSON.stringify(card))
  const ids = parsed.data.body.flatMap((each) => ('id' in each ? [each.id] : []))
  const called = parsed.data.body.flatMap((each) =>
    each.type === 'TextBlock' ? (each.text.match(/<at>[^<]*<\/at>/g) ?? []) : [],
  )
  const entities = (parsed.data.msteams.entities ?? []).map(({ text }) => text)
  return [
    ...rendererProblems(card),
    ...(bytes > BYTES_MAX ? [`${bytes} bytes`] : []),
    ...(new Set(ids).size < ids.length ? ['two inputs of one id'] : []),
    ...called.filter((each) => !entities.includes(each)).map((each) => `nobody is called by ${each}`),
  ]
}

function rendererProblems(card: unknown): readonly string[] {
  const rendered = new AdaptiveCard()
  const context = new SerializationContext(Versions.v1_5)
  rendered.parse(card, context)
  const events: string[] = []
  for (let n = 0; n < context.eventCount; n++) events.push(String(context.getEventAt(n).message))
  return events
}
