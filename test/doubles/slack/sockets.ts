import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type JsonRecord, parsed, recordOf, stringOf } from './json.ts'

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api'

export type Acknowledged = { readonly isAcked: boolean; readonly payload: JsonRecord; readonly envelopeId: string }

/** Slack tells the person that it failed when nothing came by then, and brings an event again. */
const ACK_WITHIN_MS = 3000

/** Socket Mode as Slack does it: https://docs.slack.dev/apis/events-api/using-socket-mode */
export class SlackSockets {
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #open: WebSocket[] = []
  readonly #tickets = new Set<string>()
  readonly #waiting = new Map<string, (payload: JsonRecord) => void>()
  #turn = 0
  /** How many connections were ever opened. */
  opened = 0
  /** Envelopes acknowledged, in order; one twice would stand here twice. */
  readonly acks: string[] = []

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  get count(): number {
    return this.#open.length
  }

  /** For the answer of `apps.connections.open`: serves once. */
  ticket(): string {
    const ticket = randomUUID()
    this.#tickets.add(ticket)
    return ticket
  }

  /** To one connection, as Slack does it; `only`: to this one. */
  async deliver(type: EnvelopeType, payload: JsonRecord, more: JsonRecord = {}): Promise<Acknowledged> {
    const envelopeId = stringOf(more['envelope_id']) || randomUUID()
    const socket = this.#open[this.#turn++ % Math.max(1, this.#open.length)]
    if (socket === undefined) return { isAcked: false, payload: {}, envelopeId }
    const acknowledged = new Promise<JsonRecord | undefined>((resolve) => {
      const timer = setTimeout(resolve, ACK_WITHIN_MS, undefined)
      this.#waiting.set(envelopeId, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
    })
    const envelope = { envelope_id: envelopeId, type, accepts_response_payload: type !== 'events_api', payload }
    socket.send(JSON.stringify({ ...envelope, ...more }))
    const answer = await acknowledged
    return { isAcked: answer !== undefined, payload: answer ?? {}, envelopeId }
  }

  /** Slack takes a connection away in an orderly manner: nothing new comes over it. */
  recycle(): void {
    const socket = this.#open.shift()
    socket?.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} }))
  }

  /** The network breaks. */
  cut(): void {
    for (const socket of this.#open.splice(0)) socket.terminate()
  }

  close(): void {
    this.cut()
    this.#server.close()
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? ''
    if (!this.#tickets.delete(ticket)) return void socket.destroy()
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#greet(opened))
  }

  #greet(socket: WebSocket): void {
    this.opened += 1
    this.#open.push(socket)
    socket.on('close', () => {
      const at = this.#open.indexOf(socket)
      if (at >= 0) this.#open.splice(at, 1)
    })
    socket.on('message', (data) => {
      const { envelope_id: id, payload } = recordOf(parsed(String(data)))
      this.acks.push(stringOf(id))
      this.#waiting.get(stringOf(id))?.(recordOf(payload))
    })
    socket.send(JSON.stringify({ type: 'hello', num_connections: this.#open.length, connection_info: {} }))
  }
}
