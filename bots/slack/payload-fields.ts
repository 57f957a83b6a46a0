import { z } from 'zod'
import { cleaned as cleanedText } from '../common/text.ts'
import { fromSlack } from './slack-text.ts'
import { UnreadablePayload } from './turn.ts'

export const slackId = z.string().regex(/^[A-Za-z0-9]{1,40}$/)
/** Seconds and a fraction, as Slack writes the time of an event and the name of a message. */
export const timestamp = z.string().regex(/^\d{1,12}(\.\d{1,9})?$/)

/** Unknown fields fall away; one of ours that is not what it must be makes the whole payload unreadable. */
export function read<Shape extends z.ZodType>(shape: Shape, body: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(body)
  if (parsed.success) return parsed.data
  throw new UnreadablePayload(parsed.error.issues.map(({ path }) => path.join('.')).join(', '))
}

/** What a person typed; text of a command or a message comes escaped. */
export function cleaned(text: string, comes: 'escaped' | 'raw' = 'escaped'): string {
  return cleanedText(comes === 'escaped' ? fromSlack(text) : text)
}

/** In microseconds. */
export function stampOf(time: string): number {
  const [seconds = '', fraction = ''] = time.split('.')
  return Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6))
}
