import { setTimeout as sleep } from 'node:timers/promises'
import { SocketModeClient } from '@slack/socket-mode'
import { WebAPIRateLimitedError } from '@slack/web-api'
import { z } from 'zod'
import type { Secret } from '../../src/core/secret.ts'
import type { Logger } from '../../src/ports/log.ts'
import { bodyFrom, type Deliveries } from './deliveries.ts'
import { quietLogger } from './quiet-logger.ts'
import { Turn } from './turn.ts'
import { whyOf } from './web-api.ts'

export interface SocketOptions {
  readonly deliveries: Deliveries
  readonly appToken: Secret
  readonly apiUrl: string
  readonly log: Logger
}

/** Slack recycles a connection every few hours; while one is renewed the other hears. */
const CONNECTIONS = 2
const OPEN_TIMEOUT_MS = 10_000
const AGAIN_MIN_MS = 500
const AGAIN_MAX_MS = 30_000
const CLOSE_MAX_MS = 2000
/** Longer than asking for its address may take. */
const GREETING_MAX_MS = 15_000

/** What Slack sends over connections that we open: no address of ours needs to be reachable. */
export class SocketConnections {
  readonly #options: SocketOptions
  readonly #open = new Set<SocketModeClient>()
  readonly #stopping = new AbortController()
  #kept: readonly Promise<void>[] = []

  constructor(options: SocketOptions) {
    this.#options = options
  }

  /** Comes back at once: Slack may be reachable later than we are. */
  start(): void {
    this.#kept = Array.from({ length: CONNECTIONS }, (_, n) => this.#keep(n))
  }

  /** What is under way is answered before its connection closes. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#options.deliveries.stop()
    const closing = [...this.#open].map((client) => client.disconnect())
    await Promise.race([
      Promise.allSettled([...closing, ...this.#kept]),
      sleep(CLOSE_MAX_MS, undefined, { ref: false }),
    ])
  }

  /** One connection after the other. The client's own reconnecting waits 5 s, and ends the process when Slack refuses. */
  async #keep(n: number): Promise<void> {
    const { signal } = this.#stopping
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#connection(n)
        failures = 0
      } catch (error) {
        failures += 1
        const waitMs = waitAfter(error, failures)
        this.#options.log.warn({ connection: n, why: whyOf(error), failures, wait_ms: waitMs }, 'slack_socket_not_open')
        await sleep(waitMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  /** Until it ends. */
  async #connection(n: number): Promise<void> {
    const { appToken, apiUrl, log } = this.#options
    const client = new SocketModeClient({
      appToken: appToken.reveal(),
      autoReconnectEnabled: false,
      logger: quietLogger,
      // Of this client alone: it writes into them.
      clientOptions: {
        slackApiUrl: apiUrl,
        allowAbsoluteUrls: false,
        timeout: OPEN_TIMEOUT_MS,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
      },
    })
    client.on('slack_event', (envelope: unknown) => this.#receive(client, envelope))
    const ended = new Promise<void>((resolve) => client.once('disconnected', () => resolve()))
    this.#open.add(client)
    const late = setTimeout(() => client.disconnect(), GREETING_MAX_MS)
    try {
      await client.start()
      clearTimeout(late)
      log.info({ connection: n }, 'slack_socket_open')
      await ended
      log.info({ connection: n }, 'slack_socket_ended')
    } finally {
      clearTimeout(late)
      this.#open.delete(client)
    }
  }

  #receive(client: SocketModeClient, envelope: unknown): void {
    const { log, deliveries } = this.#options
    const read = shape.safeParse(envelope)
    const body = read.success ? bodyFrom(read.data.body) : undefined
    if (!read.success || body === undefined) {
      log.warn({ way: 'socket' }, 'slack_payload_unreadable')
      return
    }
    const { envelope_id: id, ack } = read.data
    const isOpen = () => client.websocket?.isActive() === true
    const event = body.event === undefined ? undefined : body.event_id
    const turn = new Turn(event === undefined ? `envelope:${id}` : `event:${event}`, id, isOpen)
    // What is not acknowledged Slack brings again, if it is an event, or tells the person that it failed.
    void deliveries.answerTo(turn, body).then(async ({ status, body: answer }) => {
      if (status === 200) await ack(answer).catch(() => log.warn({ request_id: id }, 'slack_ack_lost'))
    })
  }
}

const shape = z.object({
  envelope_id: z.string().regex(/^[\w.:-]{1,200}$/),
  body: z.unknown(),
  ack: z.custom<(answer: unknown) => Promise<void>>((value) => typeof value === 'function'),
})

function waitAfter(error: unknown, failures: number): number {
  if (error instanceof WebAPIRateLimitedError) return error.retryAfter * 1000
  return Math.min(AGAIN_MAX_MS, AGAIN_MIN_MS * 2 ** Math.min(failures - 1, 10))
}
