import type { App, Receiver } from '@slack/bolt'
import { z } from 'zod'
import type { Logger } from '../../src/ports/log.ts'
import type { Turn } from './turn.ts'

/** Slack waits three seconds, the way to us included. */
const ACK_MAX_MS = 2500
const DRAIN_MAX_MS = 5000

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

export type Body = z.infer<typeof shape>

/** The fields of a payload as Bolt may take them; undefined when they are of another shape. */
export function bodyFrom(fields: unknown): Body | undefined {
  return shape.safeParse(fields).data
}

/** The one way from Slack to the app, whatever brought a delivery: each is answered in time, and none is left behind. */
export class Deliveries implements Receiver {
  readonly #log: Logger
  readonly #underWay = new Set<Promise<void>>()
  #app: App | undefined

  constructor(log: Logger) {
    this.#log = log
  }

  init(app: App): void {
    this.#app = app
  }

  async start(): Promise<void> {
    // What brings deliveries is started on its own.
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

  answerTo(turn: Turn, body: Body): Turn['answered'] {
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
        this.#log.error({ request_id: turn.requestId, why }, 'slack_delivery_failed')
        turn.answer({ status: isEvent ? 503 : 500 })
      })
      .then(() => clearTimeout(timer))
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
    return turn.answered
  }
}
