import { STATUS_CODES } from 'node:http'
import { errorCard } from '../cards/error-card.ts'
import { plainText } from '../cards/plain-text.ts'
import type { Refusal } from '../core/codes.ts'
import type { Problem } from '../wire/problem.ts'

/** Thrown by what answers a call, and answered by the one error handler. */
export class Refused extends Error {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.code)
    this.problem = problem
    this.headers = headers
  }
}

/** A no that a person may see, over HTTP: the words of its card, and a status. */
export function refusedBy(refusal: Refusal, line = ''): Refused {
  const { title, lines } = errorCard(refusal, { line })
  const hint = lines.map(plainText).join('. ')
  const after = 'retryAfterSeconds' in refusal ? refusal.retryAfterSeconds : undefined
  return new Refused(
    problemOf({ status: STATUS[refusal.code], code: refusal.code, detail: plainText(title), ...(hint && { hint }) }),
    after === undefined ? {} : { 'retry-after': String(after) },
  )
}

export function problemOf(problem: Omit<Problem, 'type' | 'title'>): Problem {
  return {
    type: `urn:thand:problem:${problem.code}`,
    title: STATUS_CODES[problem.status] ?? 'Refused',
    ...problem,
  }
}

/** What belongs to somebody else is 404, as what does not exist. */
const STATUS: { readonly [C in Refusal['code']]: number } = {
  unknown_word: 400,
  role_missing: 400,
  id_missing: 400,
  not_an_id: 400,
  not_a_duration: 400,
  duration_too_long: 400,
  not_an_extension: 400,
  code_missing: 400,
  device_missing: 400,
  duration_over_cap: 400,
  duration_under_minimum: 400,
  reason_required: 400,
  reason_not_matching: 400,
  unknown_person: 403,
  account_refused: 403,
  second_account: 403,
  shared_channel: 403,
  role_disabled: 403,
  own_request: 403,
  not_approver: 403,
  not_requester: 403,
  may_not_end: 403,
  requester_gone: 403,
  requester_not_eligible: 403,
  device_may_not: 403,
  role_unknown: 404,
  not_found: 404,
  code_unknown: 404,
  device_unknown: 404,
  no_quorum: 409,
  no_account: 409,
  not_ours: 409,
  voted_already: 409,
  decided_already: 409,
  role_changed: 409,
  reactions_off: 409,
  not_pending: 409,
  provider_missing: 409,
  no_credential: 409,
  not_active: 409,
  delivered_already: 409,
  credential_refused: 409,
  access_ended: 410,
  nothing_to_end: 410,
  login_card_over: 410,
  too_many_lines: 429,
  too_many_pending: 429,
  too_many_codes: 429,
  too_many_credentials: 429,
  credential_unavailable: 503,
  directory_unavailable: 503,
  configuration_superseded: 503,
}
