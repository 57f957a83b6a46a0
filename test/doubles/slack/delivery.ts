import { type JsonRecord, parsed, recordOf } from './json.ts'
import type { EnvelopeType } from './sockets.ts'
import type { SlackWorkspace } from './workspace.ts'

export type SentRequest = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type SlackDelivery = {
  readonly status: number
  readonly text: string
  /** The answer as JSON, if it is. */
  readonly body: unknown
  readonly ms: number
  readonly responseUrl?: string
  readonly sent: SentRequest
}

/** 408: nobody acknowledged it in time. */
export async function overSocket(workspace: SlackWorkspace, body: string): Promise<SlackDelivery> {
  const started = performance.now()
  const { type, payload } = envelopeOf(body)
  const { isAcked, payload: answer, envelopeId } = await workspace.sockets.deliver(type, payload)
  const text = Object.keys(answer).length === 0 ? '' : JSON.stringify(answer)
  const sent = { url: `envelope:${envelopeId}`, headers: {}, body }
  return { status: isAcked ? 200 : 408, text, body: answer, ms: performance.now() - started, sent }
}

function envelopeOf(body: string): { readonly type: EnvelopeType; readonly payload: JsonRecord } {
  if (body.startsWith('{')) return { type: 'events_api', payload: recordOf(parsed(body)) }
  const { payload, ...fields } = Object.fromEntries(new URLSearchParams(body))
  if (payload === undefined) return { type: 'slash_commands', payload: fields }
  return { type: 'interactive', payload: recordOf(parsed(payload)) }
}

export async function send(sent: SentRequest): Promise<SlackDelivery> {
  const started = performance.now()
  const response = await fetch(sent.url, { method: 'POST', headers: sent.headers, body: sent.body })
  const text = await response.text()
  return { status: response.status, text, body: parsed(text), ms: performance.now() - started, sent }
}
