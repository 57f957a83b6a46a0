import { createHash } from 'node:crypto'
import { parse as parseForm } from 'node:querystring'
import type { App, Receiver } from '@slack/bolt'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Secret } from '../../src/core/secret.ts'
import type { Logger } from '../../src/ports/log.ts'
import { Turn } from './turn.ts'
import { verifySignature } from './verify-signature.ts'

export interface ReceiverOptions {
  readonly signingSecrets: readonly Secret[]
  readonly log: Logger
  /** Milliseconds. */
  readonly clock: () => number
}

const BODY_MAX_BYTES = 512 * 1024
/** Slack waits three seconds, the way to us included. */
const ACK_MAX_MS = 2500
const DRAIN_MAX_MS = 5000

/** Bolt's receiver as a Fastify plugin: only what Slack signed reaches the app, and every delivery is answered in time. */
export class FastifyReceiver implements Receiver {
  readonly #options: ReceiverOptions
  readonly #underWay = new Set<Promise<void>>()
  #app: App | undefined

  constructor(options: ReceiverOptions) {
    this.#options = options
  }

  init(app: App): void {
    this.#app = app
  }

  async start(): Promise<void> {
    // Fastify listens.
  }

  /** Waits for what was begun: an answer may still be on its way after Slack had its 200. */
  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MAX_MS)
    })
    await Promise.race([Promise.allSettled(this.#underWay), enough])
    clearTimeout(timer)
  }

  readonly plugin: FastifyPluginAsync = async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.post('/slack/events', { bodyLimit: BODY_MAX_BYTES }, (request, reply) => this.#receive(request, reply))
    scope.addHook('onClose', () => this.stop())
  }

  async #receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const signature = request.headers['x-slack-signature']
    const timestamp = request.headers['x-slack-request-timestamp']
    const nowSeconds = Math.floor(this.#options.clock() / 1000)
    const verdict = verifySignature({ raw, timestamp, signature }, this.#options.signingSecrets, nowSeconds)
    if (verdict !== 'genuine') return this.#refuse({ request, reply, raw, verdict })
    const body = bodyOf(request.headers['content-type'], raw)
    if (body === undefined) return reply.code(400).send()
    if (body.type === 'url_verification') return reply.send({ challenge: body.challenge })
    if (body.ssl_check === '1') return reply.send()
    const turn = new Turn(deliveryIdOf(body, signature), request.id)
    const { status, body: answer } = await this.#answerTo(turn, body)
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

  #answerTo(turn: Turn, body: Body): Turn['answered'] {
    const app = this.#app
    if (app === undefined) return Promise.resolve({ status: 503 })
    const isEvent = body.event !== undefined
    // Slack sends an event again and tells a person's command nothing; what is late comes by another way.
    const timer = setTimeout(() => turn.answer({ status: isEvent ? 503 : 200 }), ACK_MAX_MS)
    // Bolt acknowledges events before anybody heard them: what is answered is the turn's to say.
    const event = { body, ack: async () => undefined, customProperties: { turn } }
    const work = app
      .processEvent(event)
      .then(() => turn.answer({ status: 200 }))
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.name : 'unknown_error'
        this.#options.log.error({ request_id: turn.requestId, why }, 'slack_delivery_failed')
        turn.answer({ status: isEvent ? 503 : 500 })
      })
      .then(() => clearTimeout(timer))
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
    return turn.answered
  }
}

/** The same delivery again has the same id. Slack's retry of an event is signed anew, but keeps the event's id. */
function deliveryIdOf({ event, event_id: eventId }: Body, signature: unknown): string {
  if (event !== undefined && eventId !== undefined) return `event:${eventId}`
  return `signature:${createHash('sha256').update(String(signature)).digest('hex')}`
}

/** What Bolt looks at before any of our listeners does. */
const shape = z.looseObject({
  type: z.string().optional(),
  challenge: z.string().optional(),
  ssl_check: z.string().optional(),
  event_id: z
    .string()
    .regex(/^[^\p{Cc}\p{Surrogate}]{1,200}$/u)
    .optional(),
  event: z.looseObject({ type: z.string(), item: z.looseObject({}).optional() }).optional(),
  user: z.looseObject({ id: z.string() }).optional(),
  team: z.looseObject({ id: z.string() }).nullish(),
  view: z.looseObject({}).optional(),
  actions: z.array(z.looseObject({})).min(1).optional(),
  channel: z.looseObject({}).optional(),
  authorizations: z.array(z.looseObject({})).nullish(),
  response_url: z.string().optional(),
})

type Body = z.infer<typeof shape>

function bodyOf(contentType: string | undefined, raw: Buffer): Body | undefined {
  const parsed = shape.safeParse(fieldsOf(contentType, raw.toString('utf8')))
  return parsed.success ? parsed.data : undefined
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
