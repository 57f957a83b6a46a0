import { timestamp } from 'drizzle-orm/pg-core'

/** A moment, to the millisecond: all that an embedded database knows. */
export const when = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })
