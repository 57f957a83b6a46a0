import { createHash } from 'node:crypto'
import { parse as parseForm } from 'node:querystring'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Secret } from '../../src/core/secret.ts'
import type { Logger } from '../../src/ports/log.ts'
import { type Body, bodyFrom, type Deliveries } from './deliveries.ts'
import { Turn } from './turn.ts'
import { verifySignature } from './verify-signature.ts'

export interface ReceiverOptions {
  readonly deliveries: Deliveries
  /** Without one nothing is genuine, and the path does not exist. */
  readonly signingSecrets: readonly Secret[]
  readonly log: Logger
  /** Milliseconds. */
  readonly clock: () => number
}

const BODY_MAX_BYTES = 512 * 1024

/** What Slack sends over HTTP, as a Fastify plugin: only what Slack signed reaches the app. */
export class HttpReceiver {
  readonly #options: ReceiverOptions

  constructor(options: ReceiverOptions) {
    this.#options = options
  }

  readonly plugin: FastifyPluginAsync = async (scope) => {
    if (this.#options.signingSecrets.length === 0) return
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.post('/slack/events', { bodyLimit: BODY_MAX_BYTES }, (request, reply) => this.#receive(request, reply))
    scope.addHook('onClose', () => this.#options.deliveries.stop())
  }

  async #receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const signature = request.headers['x-slack-signature']
    const timestamp = request.headers['x-slack-request-timestamp']
    const nowSeconds = Math.floor(this.#options.clock() / 1000)
    const verdict = verifySignature({ raw, timestamp, signature }, this.#options.signingSecrets, nowSeconds)
    if (verdict !== 'genuine') return this.#refuse({ request, reply, raw, verdict })
    const body = bodyFrom(fieldsOf(request.headers['content-type'], raw.toString('utf8')))
    if (body === undefined) return reply.code(400).send()
    if (body.type === 'url_verification') return reply.send({ challenge: body.challenge })
    if (body.ssl_check === '1') return reply.send()
    const turn = new Turn(deliveryIdOf(body, signature), request.id)
    const { status, body: answer } = await this.#options.deliveries.answerTo(turn, body)
    return reply.code(status).send(answer)
  }

  /** Slack's probe of our certificate is not signed: it gets an empty answer, and nobody else hears of it. */
  #refuse(refused: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    readonly raw: Buffer
    readonly verdict: string
  }): FastifyReply {
    const { request, reply, raw, verdict } = refused
    if (verdict === 'missing' && /(^|&)ssl_check=1(&|$)/.test(raw.toString('latin1'))) return reply.code(200).send()
    this.#options.log.warn({ request_id: request.id, remote: request.ip, verdict }, 'slack_request_refused')
    return reply.code(401).send()
  }
}

/** The same delivery again has the same id. Slack's retry of an event is signed anew, but keeps the event's id. */
function deliveryIdOf({ event, event_id: eventId }: Body, signature: unknown): string {
  if (event !== undefined && eventId !== undefined) return `event:${eventId}`
  return `signature:${createHash('sha256').update(String(signature)).digest('hex')}`
}

function fieldsOf(contentType: string | undefined, text: string): unknown {
  try {
    if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
      return JSON.parse(text)
    const { payload, ...fields } = parseForm(text)
    return typeof payload === 'string' ? JSON.parse(payload) : fields
  } catch {
    return undefined
  }
}
