import { denyForm } from '../cards/answer-cards.ts'
import type { FieldError, Line } from '../cards/card.ts'
import { errorCard } from '../cards/error-card.ts'
import { parseLine } from '../commands/parse-line.ts'
import type { Refusal } from '../core/codes.ts'
import { parseDuration } from '../core/duration.ts'
import { parseRequestId } from '../core/ids.ts'
import type { Answer, Input } from '../ports/chat.ts'
import type { Acting } from './context.ts'
import { decideRequest } from './decide-request.ts'
import type { Deps } from './deps.ts'
import { maySee } from './may.ts'
import { fillRequestForm } from './request-form.ts'
import { submitRequest } from './submit-request.ts'
import { viewRequest } from './view-request.ts'

/** `request` opens the form to ask; `deny <id>` the one for the reason. */
export async function openForm(deps: Deps, { person }: Acting, asked: string): Promise<Answer> {
  if (asked === 'request') return { kind: 'form', form: fillRequestForm(deps, person) }
  const parsed = parseLine(asked)
  if (!parsed.ok || parsed.value.verb !== 'deny') return refused({ code: 'not_ours' })
  const { id } = parsed.value
  return deps.store.transact(async (tx): Promise<Answer> => {
    const request = await tx.requests.find(id)
    if (request === undefined || !maySee(deps.settings, person, request)) return refused({ code: 'not_found', id })
    const view = await viewRequest(tx, deps, request)
    if (request.state === 'pending') return { kind: 'form', form: denyForm(view) }
    const { decided } = view
    return refused({
      code: 'decided_already',
      state: request.state,
      by: decided?.by,
      at: decided?.at ?? request.lapsesAt,
    })
  })
}

export async function answerForm(
  deps: Deps,
  acting: Acting,
  { form, about, values }: Extract<Input, { kind: 'form' }>,
): Promise<Answer> {
  return form === 'deny' ? denied(deps, acting, { about, reason: values.reason ?? '' }) : asked(deps, acting, values)
}

async function denied(
  deps: Deps,
  acting: Acting,
  { about, reason }: { about: string; reason: string },
): Promise<Answer> {
  const id = parseRequestId(about)
  if (!id.ok) return refused({ code: 'not_ours' })
  const decided = await decideRequest(deps, acting, { id: id.value, vote: 'no', comment: reason })
  if (!decided.ok) return refused(decided.error)
  return decided.value === undefined ? { kind: 'nothing' } : { kind: 'card', card: decided.value }
}

async function asked(deps: Deps, acting: Acting, values: Readonly<Record<string, string>>): Promise<Answer> {
  const { role = '', duration = '', reason = '' } = values
  const seconds = duration.trim() === '' ? undefined : parseDuration(duration.trim())
  if (seconds !== undefined && !seconds.ok)
    return wrong('duration', { code: seconds.error.code, role, word: duration }, role)
  const result = await submitRequest(deps, acting, { role, reason, durationSeconds: seconds?.value })
  if (result.ok) return result.value === undefined ? { kind: 'nothing' } : { kind: 'card', card: result.value }
  const field = FIELD_OF[result.error.code]
  return field === undefined ? refused(result.error) : wrong(field, result.error, role)
}

/** What can be mended in the form is said at its field; the rest is an answer of its own. */
const FIELD_OF: Readonly<Partial<Record<Refusal['code'], string>>> = {
  role_unknown: 'role',
  role_disabled: 'role',
  no_quorum: 'role',
  no_account: 'role',
  duration_over_cap: 'duration',
  duration_under_minimum: 'duration',
  reason_required: 'reason',
  reason_not_matching: 'reason',
}

/** A field takes plain text: the same words as a card, without its marks. */
function wrong(field: string, refusal: Refusal, role: string): Answer {
  const message = textOf(errorCard(refusal, { line: `request ${role}` }).title)
  const error: FieldError = { field, message: message === '' ? 'This does not fit' : message }
  return { kind: 'field_errors', errors: [error] }
}

function textOf(line: Line): string {
  return line.map((each) => (typeof each === 'string' ? each : 'text' in each ? each.text : '')).join('')
}

function refused(refusal: Refusal): Answer {
  return { kind: 'card', card: errorCard(refusal) }
}
