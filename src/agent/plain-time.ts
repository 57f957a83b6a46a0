const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

export type TimeForm = 'clock' | 'clock_seconds' | 'day_and_clock'

/** A moment in this machine's zone: `14:32`, with its day when that is not today. */
export function plainTime(atMs: number, form: TimeForm, nowMs = Date.now()): string {
  const at = new Date(atMs)
  const two = (part: number) => String(part).padStart(2, '0')
  const seconds = form === 'clock_seconds' ? `:${two(at.getSeconds())}` : ''
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}${seconds}`
  const isToday = at.toDateString() === new Date(nowMs).toDateString()
  if (isToday && form !== 'day_and_clock') return clock
  return `${DAYS[at.getDay()] ?? ''} ${at.getDate()} ${MONTHS[at.getMonth()] ?? ''} ${clock}`
}
