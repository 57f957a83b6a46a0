import type { Line } from './card.ts'

/** A line where nothing renders it, such as in an API's answer: times in UTC. */
export function plainText(line: Line): string {
  return line
    .map((part) => {
      if (typeof part === 'string') return part
      if (part.kind === 'mention') return part.name
      if (part.kind === 'command') return `/thand ${part.line}`
      if (part.kind === 'reactions') return REACTIONS
      return part.kind === 'time' ? utc(part.at, part.form) : part.text
    })
    .join('')
}

/** Where no platform says which of its own count. */
export const REACTIONS = '✅ approves, ❌ denies'

function utc(seconds: number, form: 'clock' | 'clock_seconds' | 'day_and_clock'): string {
  const [day = '', time = ''] = new Date(seconds * 1000).toISOString().split('T')
  const clock = form === 'clock_seconds' ? time.slice(0, 8) : time.slice(0, 5)
  return form === 'day_and_clock' ? `${day} ${clock} UTC` : `${clock} UTC`
}
