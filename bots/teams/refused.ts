/** A delivery that is not taken, with the status that says so: not genuine, not of our tenant, of no shape that we read. */
export class Refused extends Error {
  readonly status: 400 | 401 | 403 | 503

  constructor(status: 400 | 401 | 403 | 503, why: string) {
    super(why)
    this.status = status
  }
}
