import { isRecord } from './json.ts'
import { messageProblems } from './limits.ts'
import { change } from './message-methods.ts'
import { done, type Outcome } from './outcome.ts'
import { refusalFor, wordsOf } from './problem.ts'
import type { SlackState } from './state.ts'

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: five uses. */
const USES_MAX = 5

export function receiveResponse(state: SlackState, to: string, body: unknown): Outcome {
  const found = problemOf(state, to, body)
  const response = { at: state.now(), to, body, ...(found.problem === undefined ? {} : { problem: found.problem }) }
  state.responses.push(response)
  if (found.problem === undefined) applyTo(state, to, body)
  state.tell({ kind: 'response', response })
  return found
}

function problemOf(state: SlackState, to: string, body: unknown): Outcome {
  const used = state.responses.filter((each) => each.to === to && each.problem === undefined).length
  const refuse = (error: string, problem: string) => ({
    answer: { ok: false, error },
    problem: `${RESPONSE}: ${problem}`,
  })
  if (used >= USES_MAX) return refuse('used_url', `more than ${USES_MAX} uses`)
  if (!isRecord(body)) return refuse('invalid_payload', 'not a JSON object')
  if (body['delete_original'] === true) return done()
  const { response_type: type } = body
  if (type !== undefined && type !== 'ephemeral' && type !== 'in_channel')
    return refuse('invalid_payload', `response_type ${type}`)
  const [first, ...others] = messageProblems(body)
  if (!first) return done()
  return {
    answer: refusalFor([first, ...others]),
    problem: `${RESPONSE}: ${[first, ...others].map(wordsOf).join('; ')}`,
  }
}

const RESPONSE = 'response_url'

/** From a button of a message in a channel, the response may replace that message, or take it away. */
function applyTo(state: SlackState, to: string, body: unknown): void {
  const message = state.sources.get(to)
  if (!message || !isRecord(body)) return
  if (body['replace_original'] === true) change(message, { blocks: [], ...body }, state)
  if (body['delete_original'] !== true) return
  state.messages.delete(`${message.channel}:${message.ts}`)
  state.tell({ kind: 'message', what: 'deleted', message })
}
