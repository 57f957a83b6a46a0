import type { Card } from '../cards/card.ts'
import { errorCard } from '../cards/error-card.ts'
import type { Command } from '../commands/command.ts'
import { parseLine } from '../commands/parse-line.ts'
import { parseLoginPress } from '../commands/parse-press.ts'
import type { Refusal } from '../core/codes.ts'
import { fail, type Result } from '../core/result.ts'
import type { Answer, Inbound, Input } from '../ports/chat.ts'
import { isOfItsRequest } from './adopt-copy.ts'
import { answerForm, openForm } from './answer-form.ts'
import { answerLogin } from './answer-login.ts'
import { type Acting, takeAnswer } from './context.ts'
import { decideRequest } from './decide-request.ts'
import type { Deps } from './deps.ts'
import type { LineLimit } from './line-limit.ts'
import { markedMessage } from './marked-message.ts'
import { openExtendForm } from './open-extend-form.ts'
import { fillRequestForm, suggestRoles } from './request-form.ts'
import { runCommand } from './run-command.ts'
import { showMessage } from './show-message.ts'
import { openHome } from './view-home.ts'

/**
 * Where everything that people do on a platform comes in. Every inbound ends in an answer that its sender can read,
 * also a refused one; it throws only when the database or the platform cannot be reached.
 */
export async function receiveInbound(deps: Receiving, inbound: Inbound): Promise<Answer> {
  const answered = await answerTo(deps, inbound)
  if (answered.kind === 'nothing' || !isToldOnce(inbound.input)) return answered
  return (await takeAnswer(deps.store, { inbound }, { isRefusal: isRefusal(answered) }))
    ? answered
    : { kind: 'nothing' }
}

type Receiving = Deps & { readonly lines: LineLimit }

/** Forms and refusals too, also to whom nobody knows. What was touched or looked at is shown in its place, as often as the platform asks for it. */
function isToldOnce(input: Input): boolean {
  const isFormAskedFor = input.kind === 'open_form' && input.message === undefined
  return input.kind === 'line' || input.kind === 'reaction' || isFormAskedFor
}

async function answerTo(deps: Receiving, inbound: Inbound): Promise<Answer> {
  if (inbound.isSharedOutside) return refused({ code: 'shared_channel' })
  const identified = await deps.directory.identify(inbound.sender)
  if (!identified.ok) return refuseStranger(deps, inbound, identified.error)
  const acting: Acting = { person: identified.value, inbound }
  const { perMinute, isOver } = deps.lines
  if (inbound.input.kind === 'line' && isOver(acting.person.id)) return refused({ code: 'too_many_lines', perMinute })
  deps.log.info(
    {
      request_id: inbound.requestId,
      delivery: inbound.deliveryId,
      person: acting.person.id,
      kind: inbound.input.kind,
    },
    'inbound_received',
  )
  const answered = await answer(deps, acting, inbound.input)
  const inPlace = await asItIsNow(deps, inbound)
  return inPlace === undefined ? answered : { ...answered, inPlace }
}

/** For platforms that show the answer where the person acted. */
async function asItIsNow(deps: Deps, { inPlaceOf, sender }: Inbound): Promise<Card | undefined> {
  if (inPlaceOf === undefined) return undefined
  return deps.store.transact(async (tx) => {
    const message = await tx.messages.findByRef(sender.platform, inPlaceOf)
    return message && (await showMessage(tx, deps, message)).card
  })
}

function answer(deps: Deps, acting: Acting, input: Input): Promise<Answer> {
  switch (input.kind) {
    case 'line':
      return typed(deps, acting, input.text)
    case 'press':
      return pressed(deps, acting, input)
    case 'open_form':
      return opened(deps, acting, input)
    case 'form':
      return answerForm(deps, acting, input)
    case 'reaction':
      return reacted(deps, acting, input)
    case 'suggest':
      return Promise.resolve(suggestRoles(deps, acting.person, input.typed))
    case 'home':
      return openHome(deps, acting)
    case 'look':
      return Promise.resolve({ kind: 'nothing' })
  }
}

/** Who is not one of ours is told so, but hears nothing of marks on what is not ours, nor of what a form could find. */
async function refuseStranger(deps: Deps, { sender, input }: Inbound, refusal: Refusal): Promise<Answer> {
  if (input.kind === 'suggest') return { kind: 'options', options: [] }
  if (input.kind !== 'reaction') return refused(refusal)
  const { isAdded, message } = input
  const root = await deps.store.transact((tx) => tx.messages.findByRef(sender.platform, message))
  return isAdded && root?.audience === 'channel' ? refused(refusal) : { kind: 'nothing' }
}

async function typed(deps: Deps, acting: Acting, line: string): Promise<Answer> {
  const parsed = parseLine(line)
  if (acting.inbound.canShowForm && isAskingWithoutRole(line))
    return { kind: 'form', form: fillRequestForm(deps, acting.person) }
  return parsed.ok ? ran(deps, acting, parsed.value, line) : refused(parsed.error, line)
}

function isRefusal(answer: Answer): boolean {
  return answer.kind === 'card' && answer.isRefusal
}

function isAskingWithoutRole(line: string): boolean {
  return /^(?:request|ask)$/i.test(line.trim())
}

/** A line that lacks its reason becomes a form with the rest filled in, where the platform can show one. */
async function ran(deps: Deps, acting: Acting, command: Command, line: string): Promise<Answer> {
  const result = await runCommand(deps, acting, command)
  const isReasonMissing = !result.ok && result.error.code === 'reason_required'
  const canFillIn = isReasonMissing && acting.inbound.canShowForm
  if (canFillIn && command.verb === 'request')
    return { kind: 'form', form: fillRequestForm(deps, acting.person, command) }
  if (canFillIn && command.verb === 'extend') return openExtendForm(deps, acting, command)
  const { input } = acting.inbound
  const isOnCard = input.kind === 'press' && input.message !== undefined
  return shown(isOnCard ? onItsCard(result) : result, line)
}

/** A button is a typed line, on a message of ours that belongs to the request that it names. */
async function pressed(deps: Deps, acting: Acting, input: Extract<Input, { kind: 'press' }>): Promise<Answer> {
  const { message, line } = input
  const isIts =
    message === undefined || (input.isOurs && (await isOfItsRequest(deps, acting, { message, line, isOurs: true })))
  if (!isIts) return refused({ code: 'not_ours' })
  const login = parseLoginPress(line)
  if (login !== undefined) return shown(await answerLogin(deps, acting, login), line)
  const answered = await typed(deps, acting, line)
  // A form changes nothing, and whoever pressed waits for it.
  return answered.kind === 'form' || (await takeAnswer(deps.store, acting, { isRefusal: isRefusal(answered) }))
    ? answered
    : { kind: 'nothing' }
}

async function opened(deps: Deps, acting: Acting, input: Extract<Input, { kind: 'open_form' }>): Promise<Answer> {
  const { message, form } = input
  const isIts = message === undefined || (await isOfItsRequest(deps, acting, { message, line: form, isOurs: false }))
  return isIts ? openForm(deps, acting, form) : refused({ code: 'not_ours' })
}

/** On the card, or on any prompt of ours in its thread; on another message it is nothing to us. */
async function reacted(deps: Deps, acting: Acting, input: Extract<Input, { kind: 'reaction' }>): Promise<Answer> {
  const { platform } = acting.inbound.sender
  const message = await markedMessage(deps, platform, input.message)
  if (message?.audience !== 'channel') return { kind: 'nothing' }
  const request = await deps.store.transact((tx) => tx.requests.find(message.requestId))
  if (request === undefined) return { kind: 'nothing' }
  const { id, role } = request
  if (role.workflow?.takesReactions !== true)
    return input.isAdded ? refused({ code: 'reactions_off', id }) : { kind: 'nothing' }
  const vote = input.isAdded ? input.vote : 'withdrawn'
  const decided = await decideRequest(deps, acting, { id, vote, comment: '', reactedAt: input.at })
  // Taking away a mark that counted for nothing says nothing.
  if (!decided.ok && !input.isAdded) return { kind: 'nothing' }
  return shown(onItsCard(decided), '')
}

/** Whoever acts on the card of a request sees it, so that there were none would be no answer. */
function onItsCard<T>(result: Result<T, Refusal>): Result<T, Refusal> {
  const isHidden = !result.ok && result.error.code === 'not_found'
  return isHidden ? fail({ code: 'not_approver' }) : result
}

function shown(result: Result<Card | undefined, Refusal>, line: string): Answer {
  if (!result.ok) return refused(result.error, line)
  return result.value === undefined ? { kind: 'nothing' } : { kind: 'card', card: result.value, isRefusal: false }
}

function refused(refusal: Refusal, line = ''): Answer {
  return { kind: 'card', card: errorCard(refusal, { line }), isRefusal: true }
}
