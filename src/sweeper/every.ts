import { type ScheduledTask, schedule } from 'node-cron'
import type { Logger } from '../ports/log.ts'
import { errorOf } from './error-of.ts'

/** Does it by the clock, never twice at once. What the clock itself has to say, such as that it came late, goes into our log. */
export function every(pattern: string, log: Logger, work: () => unknown): ScheduledTask {
  const say = (event: string, what: string | Error) => log.warn({ pattern, detail: errorOf(what) }, event)
  const logger = {
    info: () => undefined,
    debug: () => undefined,
    warn: (message: string) => say('clock_late', message),
    error: (error: string | Error) => say('clock_task_failed', error),
  }
  return schedule(pattern, work, { noOverlap: true, logger })
}
