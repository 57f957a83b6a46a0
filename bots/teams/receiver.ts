import { createHash } from 'node:crypto'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../../src/ports/log.ts'
import { checkActivity, type Home, readActivity, type TeamsActivity } from './activity.ts'
import { whyOf } from './connector.ts'
import { Refused } from './refused.ts'
import type { SdkAdapter } from './sdk-adapter.ts'
import type { TurnHandler, TurnParts } from './turn-handler.ts'
import type { TokenVerifier } from './verify-token.ts'

export interface ReceiverOptions extends Home {
  readonly verifier: TokenVerifier
  readonly adapter: SdkAdapter
  readonly handler: TurnHandler
  readonly log: Logger
}

/** A genuine activity, and how its delivery is called. */
export interface Delivered {
  readonly activity: TeamsActivity
  readonly deliveryId: string
  readonly requestId: string
}

const BODY_MAX_BYTES = 256 * 1024

/** `POST /api/messages`, as a Fastify plugin: only what Teams signed for us reaches a turn. */
export class Receiver {
  readonly #options: ReceiverOptions
  #parts: ((delivered: Delivered) => TurnParts) | undefined

  constructor(options: ReceiverOptions) {
    this.#options = options
  }

  begin(parts: (delivered: Delivered) => TurnParts): void {
    this.#parts = parts
  }

  readonly plugin: FastifyPluginAsync = async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.post('/api/messages', { bodyLimit: BODY_MAX_BYTES }, (request, reply) => this.#receive(request, reply))
  }

  async #receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      const { status, body } = await this.#answered(request)
      return reply.code(status).send(body)
    } catch (error) {
      if (error instanceof Refused) return this.#refuse(request, reply, error)
      const why = whyOf(error)
      this.#options.log.error({ request_id: request.id, why }, 'teams_delivery_failed')
      return reply.code(503).send()
    }
  }

  async #answered(request: FastifyRequest): Promise<{ readonly status: number; readonly body?: unknown }> {
    const { verifier, adapter, handler } = this.#options
    const claims = await verifier.verify(request.headers.authorization)
    const activity = readActivity(jsonOf(request.body))
    checkActivity(activity, claims, this.#options)
    if (this.#parts === undefined) throw new Refused(503, 'not_started')
    const delivered = { activity, deliveryId: deliveryIdOf(activity), requestId: request.id }
    const parts = this.#parts(delivered)
    const answer = await adapter.handle(claims, forSdk(activity), handler.within(parts))
    return answer === undefined ? { status: 200 } : { status: answer.status, body: answer.body }
  }

  /** The words are names of rules and of fields: no token, no body and nobody's name is ever in them. */
  #refuse(request: FastifyRequest, reply: FastifyReply, refused: Refused): FastifyReply {
    const { status, message: why } = refused
    this.#options.log.warn({ request_id: request.id, remote: request.ip, status, why }, 'teams_request_refused')
    return reply.code(status).send({ error: why })
  }
}

/** Just so much that the SDK's turn runs: it fails at dates that are words, at entities that are none, and asks who members are. */
function forSdk({
  id,
  type,
  name,
  action,
  channelId,
  serviceUrl,
  from,
  recipient,
  conversation,
  ...rest
}: TeamsActivity) {
  return {
    ...{ type, channelId, serviceUrl, text: rest.text ?? '', entities: [], channelData: {} },
    ...(id === undefined ? {} : { id }),
    ...(name == null ? {} : { name }),
    ...(action == null ? {} : { action }),
    from: { id: from.id, name: from.name ?? '' },
    recipient: { id: recipient.id, name: recipient.name ?? '' },
    conversation: { id: conversation.id, isGroup: false, conversationType: '', name: '' },
    reactionsAdded: rest.reactionsAdded?.map(({ type: kind }) => ({ type: kind })) ?? [],
    reactionsRemoved: rest.reactionsRemoved?.map(({ type: kind }) => ({ type: kind })) ?? [],
  }
}

/** The same delivery again has the same id: an activity is named within its conversation. */
function deliveryIdOf({ conversation, id }: TeamsActivity): string {
  if (id === undefined) throw new Refused(400, 'fields: id')
  return `event:${createHash('sha256')
    .update(JSON.stringify([conversation.id, id]))
    .digest('hex')}`
}

function jsonOf(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '')
  } catch {
    throw new Refused(400, 'not_json')
  }
}
