import type { FastifyPluginAsync } from 'fastify'
import type { Secret } from '../../src/core/secret.ts'
import type { AccountLookup, AccountOf, ChatPlatform } from '../../src/ports/chat.ts'
import type { Logger } from '../../src/ports/log.ts'
import { BotIdentities } from './bot-identity.ts'
import { Deliveries } from './deliveries.ts'
import { HttpReceiver } from './http-receiver.ts'
import { startListening } from './listeners.ts'
import { createLookup } from './lookup.ts'
import { Outbox } from './outbox.ts'
import { SocketConnections } from './socket-connections.ts'
import { createWebApi, whyOf } from './web-api.ts'

export interface SlackPlatformOptions {
  /** Any of them may have signed, so that one can be rotated. None: nothing comes over HTTP. */
  readonly signingSecrets: readonly Secret[]
  /** Opens the connections of Socket Mode; undefined: nothing comes over them. */
  readonly appToken: Secret | undefined
  readonly botToken: Secret
  /** `https://slack.com/api/` */
  readonly apiUrl: string
  /** Home workspace `T…`, or enterprise `E…`. */
  readonly team: string
  readonly accountOf: AccountOf
  readonly log: Logger
  /** Milliseconds; the clock of the machine unless told. */
  readonly clock?: () => number
}

export interface SlackPlatform extends ChatPlatform {
  readonly id: 'slack'
  /** Mounts `POST /slack/events` where there is a signing secret. Before `start` it answers 503. */
  readonly plugin: FastifyPluginAsync
  readonly lookup: AccountLookup
}

/** Slack as a chat platform. Nothing here needs Slack to be reachable when it starts. */
export function createSlackPlatform(options: SlackPlatformOptions): SlackPlatform {
  const { signingSecrets, appToken, apiUrl, team, accountOf, clock = Date.now } = options
  const log = options.log.child({ platform: 'slack' })
  const api = createWebApi(options)
  const deliveries = new Deliveries(log)
  const receiver = new HttpReceiver({ deliveries, signingSecrets, log, clock })
  const sockets = appToken && new SocketConnections({ deliveries, appToken, apiUrl, log })
  const identities = new BotIdentities(api.interactive)
  const outbox = new Outbox({ api, accountOf, clock })
  const apiOrigin = new URL(apiUrl).origin
  const lookup = createLookup({ client: api.interactive, team, clock })
  return {
    id: 'slack',
    plugin: receiver.plugin,
    lookup,
    start: async ({ receive, noticed, kept }) => {
      const changed = (account: string) => {
        lookup.forget(account)
        noticed({ platform: 'slack', tenant: team, account })
      }
      startListening({ deliveries, identities, team, receive, kept, changed, api, apiOrigin, accountOf, log })
      identities.find().catch((error: unknown) => log.warn({ why: whyOf(error) }, 'slack_not_reached_yet'))
      sockets?.start()
    },
    post: (to, card, postOptions) => outbox.post(to, card, postOptions),
    replace: (message, card) => outbox.replace(message, card),
    stop: async () => {
      outbox.stop()
      await (sockets ?? deliveries).stop()
    },
  }
}
