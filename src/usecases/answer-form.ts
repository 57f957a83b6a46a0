import { denyForm } from '../cards/answer-cards.ts'
import type { Card, FieldError, Line } from '../cards/card.ts'
import { errorCard } from '../cards/error-card.ts'
import { parseForm } from '../commands/parse-form.ts'
import type { Refusal } from '../core/codes.ts'
import { parseDuration } from '../core/duration.ts'
import { parseRequestId, type RequestId } from '../core/ids.ts'
import type { Result } from '../core/result.ts'
import type { Answer, Input } from '../ports/chat.ts'
import type { Acting } from './context.ts'
import { decideRequest } from './decide-request.ts'
import type { Deps } from './deps.ts'
import { extendAccess } from './extend-access.ts'
import { maySee } from './may.ts'
import { openExtendForm } from './open-extend-form.ts'
import { fillRequestForm } from './request-form.ts'
import { submitRequest } from './submit-request.ts'
import { viewRequest } from './view-request.ts'

/** `request` opens the form to ask; `deny <id>` the one for the reason; `extend <id>` the one for more time. */
export async function openForm(deps: Deps, acting: Acting, asked: string): Promise<Answer> {
  const wanted = parseForm(asked)
  switch (wanted?.form) {
    case undefined:
      return refused({ code: 'not_ours' })
    case 'request':
      return { kind: 'form', form: fillRequestForm(deps, acting.person) }
    case 'deny':
      return openDenyForm(deps, acting, wanted.id)
    case 'extend':
      return openExtendForm(deps, acting, wanted)
  }
}

function openDenyForm(deps: Deps, { person, inbound: { input } }: Acting, id: RequestId): Promise<Answer> {
  const isOnCard = input.kind === 'open_form' && input.message !== undefined
  return deps.store.transact(async (tx): Promise<Answer> => {
    const request = await tx.requests.find(id)
    if (request === undefined) return refused({ code: 'not_found', id })
    if (!maySee(deps.settings, person, request))
      return refused(isOnCard ? { code: 'not_approver' } : { code: 'not_found', id })
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
  switch (form) {
    case 'request':
      return asked(deps, acting, values)
    case 'deny':
      return denied(deps, acting, { about, reason: values.reason ?? '' })
    case 'extend':
      return extended(deps, acting, about, values)
  }
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
  return decided.value === undefined ? { kind: 'nothing' } : { kind: 'card', card: decided.value, isRefusal: false }
}

async function asked(deps: Deps, acting: Acting, values: Readonly<Record<string, string>>): Promise<Answer> {
  const { role = '', duration = '', reason = '' } = values
  const seconds = duration.trim() === '' ? undefined : parseDuration(duration.trim())
  if (seconds !== undefined && !seconds.ok)
    return wrong('duration', { code: seconds.error.code, role, word: duration }, role)
  const result = await submitRequest(deps, acting, { role, reason, durationSeconds: seconds?.value })
  return shown(result, role)
}

function shown(result: Result<Card | undefined, Refusal>, role = ''): Answer {
  if (result.ok)
    return result.value === undefined ? { kind: 'nothing' } : { kind: 'card', card: result.value, isRefusal: false }
  const field = FIELD_OF[result.error.code]
  return field === undefined ? refused(result.error) : wrong(field, result.error, role)
}

async function extended(
  deps: Deps,
  acting: Acting,
  about: string,
  { duration = '', reason = '' }: Readonly<Record<string, string>>,
): Promise<Answer> {
  const id = parseRequestId(about)
  if (!id.ok) return refused({ code: 'not_ours' })
  const seconds = parseDuration(duration.trim())
  if (!seconds.ok) return wrong('duration', { code: 'not_an_extension', id: id.value, word: duration.trim() })
  return shown(await extendAccess(deps, acting, { id: id.value, durationSeconds: seconds.value, reason }))
}

/** What can be mended in the form is said at its field; the rest is an answer of its own. */
const FIELD_OF: Readonly<Partial<Record<Refusal['code'], string>>> = {
  role_unknown: 'role',
  role_disabled: 'role',
  no_quorum: 'role',
  no_account: 'role',
  duration_over_cap: 'duration',
  duration_under_minimum: 'duration',
  extension_over_cap: 'duration',
  extension_under_minimum: 'duration',
  reason_required: 'reason',
  reason_not_matching: 'reason',
}

/** A field takes plain text: the same words as a card, without its marks. */
function wrong(field: string, refusal: Refusal, role = ''): Answer {
  const message = textOf(errorCard(refusal, { line: `request ${role}` }).title)
  const error: FieldError = { field, message: message === '' ? 'This does not fit' : message }
  return { kind: 'field_errors', errors: [error] }
}

function textOf(line: Line): string {
  return line.map((each) => (typeof each === 'string' ? each : 'text' in each ? each.text : '')).join('')
}

function refused(refusal: Refusal): Answer {
  return { kind: 'card', card: errorCard(refusal), isRefusal: true }
}
