import { askedAlreadyCard } from '../cards/answer-cards.ts'
import { errorCard } from '../cards/error-card.ts'
import { extendForm } from '../cards/extend-form.ts'
import type { RequestId } from '../core/ids.ts'
import type { Answer } from '../ports/chat.ts'
import type { Acting } from './context.ts'
import type { Deps } from './deps.ts'
import { findExtendable, verdictOn } from './extend-access.ts'
import { viewRequest } from './view-request.ts'

/** The policy is asked for the least that can be asked for: what nobody could get has no form. A reason is still to come. */
export function openExtendForm(
  deps: Deps,
  acting: Acting,
  { id, durationSeconds }: { readonly id: RequestId; readonly durationSeconds?: number },
): Promise<Answer> {
  return deps.store.transact(async (tx): Promise<Answer> => {
    const found = await findExtendable(tx, deps, acting, id)
    if (!found.ok) return { kind: 'card', card: errorCard(found.error), isRefusal: true }
    const { given, role, waiting } = found.value
    if (waiting !== undefined && acting.person.id === given.requester)
      return { kind: 'card', card: askedAlreadyCard(await viewRequest(tx, deps, waiting)), isRefusal: false }
    const { minDurationSeconds: minimumSeconds = 0, defaultDurationSeconds: usualSeconds = 0, reason } = role ?? {}
    const verdict = verdictOn(tx, deps, acting, { ...found.value, durationSeconds: minimumSeconds, reason: '' })
    if (verdict.outcome === 'deny' && verdict.refusal.code !== 'reason_required')
      return { kind: 'card', card: errorCard(verdict.refusal), isRefusal: true }
    const form = extendForm(await viewRequest(tx, deps, given), {
      usualSeconds: durationSeconds ?? usualSeconds,
      minimumSeconds,
      isReasonRequired: reason?.isRequired ?? false,
    })
    return { kind: 'form', form }
  })
}
