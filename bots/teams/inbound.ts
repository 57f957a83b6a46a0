import { z } from 'zod'
import { cleaned } from '../common/text.ts'
import type { TeamsActivity } from './activity.ts'
import type { Said } from './heard.ts'
import { refOf } from './message-ref.ts'
import { Refused, unreadable } from './refused.ts'
import { typedLine } from './typed-line.ts'

/** A line; nothing at all after our name asks for the form. Cards, files and what another bot says are none. */
export function readMessage(told: TeamsActivity): Said | undefined {
  if (told.value !== undefined && told.value !== null) return undefined
  const text = typedLine(told)
  if (text === undefined || (text === '' && hasFiles(told))) return undefined
  const input =
    text === ''
      ? ({ kind: 'open_form', form: 'request', message: undefined } as const)
      : ({ kind: 'line', text } as const)
  return { input, message: undefined, canShowForm: true }
}

/** Teams adds what was typed as HTML to every message: that is no file. */
function hasFiles({ attachments }: TeamsActivity): boolean {
  return (attachments ?? []).some(({ contentType }) => contentType !== 'text/html')
}

const fields = z.record(z.string().max(40), z.string().max(20_000))
const invoke = z.object({
  action: z.looseObject({
    type: z.literal('Action.Execute'),
    verb: z.string().max(100),
    data: z.unknown(),
  }),
  trigger: z.string().nullish(),
})
const DATA = {
  line: z.strictObject({ line: z.string().min(1).max(2000) }),
  form: z.strictObject({ form: z.string().min(1).max(200) }),
  submit: z.looseObject({ form: z.enum(['request', 'deny', 'extend']), about: z.string().max(200) }),
}

/**
 * A button of ours. What its data says is an id and a word, and may be anything: who acted is the sender, and what they may do is
 * looked up. Throws `Refused` 400 for what no card of ours sends.
 */
export function readAction(told: TeamsActivity): Said {
  const { action, trigger } = read(invoke, told.value)
  const { replyToId, conversation } = told
  const message = replyToId == null ? undefined : refOf(conversation.id, replyToId)
  const said = (input: Said['input']): Said => ({ input, message, canShowForm: true })
  // Teams shows a card anew by itself: nobody pressed anything.
  if (trigger === 'automatic' || action.verb === 'look') return said({ kind: 'look' })
  switch (action.verb) {
    case 'line':
      return said({ kind: 'press', line: cleaned(read(DATA.line, action.data).line), message, isOurs: true })
    case 'form':
      return said({ kind: 'open_form', form: cleaned(read(DATA.form, action.data).form), message })
    case 'submit': {
      const { form, about, ...rest } = read(DATA.submit, action.data)
      const values = Object.entries(read(fields, rest)).map(([name, value]) => [name, cleaned(value)] as const)
      return said({ kind: 'form', form, about, values: Object.fromEntries(values) })
    }
    default:
      throw new Refused(400, 'verb')
  }
}

/** Only messages of ours are told of. A like approves; nothing that Teams offers says no. */
export function readReaction(told: TeamsActivity): Said | undefined {
  const { replyToId, conversation, timestamp } = told
  const isLike = ({ type }: { readonly type: string }) => type === 'like'
  const isAdded = (told.reactionsAdded ?? []).some(isLike)
  if (!isAdded && !(told.reactionsRemoved ?? []).some(isLike)) return undefined
  if (replyToId == null) return undefined
  const message = refOf(conversation.id, replyToId)
  const input = { kind: 'reaction', vote: 'yes', isAdded, message, at: microsecondsOf(timestamp) } as const
  return { input, message: undefined, canShowForm: false }
}

function microsecondsOf(timestamp: TeamsActivity['timestamp']): number {
  const ms = timestamp == null ? Number.NaN : Date.parse(timestamp)
  if (!Number.isFinite(ms)) throw new Refused(400, 'timestamp')
  const digits = /\.(\d{1,9})/.exec(timestamp ?? '')?.[1] ?? ''
  return Math.floor(ms / 1000) * 1_000_000 + Number(digits.padEnd(6, '0').slice(0, 6))
}

function read<Shape extends z.ZodType>(shape: Shape, value: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  throw unreadable(parsed.error)
}
