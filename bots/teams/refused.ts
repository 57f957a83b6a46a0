import type { z } from 'zod'

/** A delivery that is not taken, with the status that says so: not genuine, not of our tenant, of no shape that we read. */
export class Refused extends Error {
  readonly status: 400 | 401 | 403 | 503

  constructor(status: 400 | 401 | 403 | 503, why: string) {
    super(why)
    this.status = status
  }
}

/** Says which fields are not what they must be, and never what is in them. */
export function unreadable({ issues }: z.ZodError): Refused {
  const fields = [...new Set(issues.map(({ path }) => path.join('.')))]
  return new Refused(400, `fields: ${fields.join(', ').slice(0, 200)}`)
}
