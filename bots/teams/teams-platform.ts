import type { FastifyPluginAsync } from 'fastify'
import type { Secret } from '../../src/core/secret.ts'
import type { AccountLookup, AccountOf, ChatPlatform } from '../../src/ports/chat.ts'
import type { Logger } from '../../src/ports/log.ts'
import { AppToken } from './app-token.ts'
import { Connector } from './connector.ts'
import { Members } from './members.ts'
import { Outbox } from './outbox.ts'
import { PlaceBook, type PlaceStore } from './place-book.ts'
import { Receiver } from './receiver.ts'
import { SdkAdapter } from './sdk-adapter.ts'
import { ServiceUrls } from './service-url.ts'
import { TurnHandler } from './turn-handler.ts'
import { Turns } from './turns.ts'
import { TokenVerifier } from './verify-token.ts'

export interface TeamsPlatformOptions {
  readonly appId: string
  readonly password: Secret
  /** Home tenant, in lower case. */
  readonly tenant: string
  /** Where the keys are named that Teams signs with. */
  readonly metadataUrl: string
  /** `https://login.microsoftonline.com/<tenant>` */
  readonly authority: string
  /** Allowed beside Teams' own. */
  readonly serviceHosts: readonly string[]
  readonly isProduction: boolean
  readonly places: PlaceStore
  readonly accountOf: AccountOf
  readonly log: Logger
  /** Milliseconds; the clock of the machine unless told. */
  readonly clock?: () => number
}

export interface TeamsPlatform extends ChatPlatform {
  readonly id: 'teams'
  /** Mounts `POST /api/messages`. Before `start` it answers 503. */
  readonly plugin: FastifyPluginAsync
  readonly lookup: AccountLookup
}

/** Microsoft Teams as a chat platform. Nothing here needs Teams to be reachable when it starts. */
export function createTeamsPlatform(options: TeamsPlatformOptions): TeamsPlatform {
  const { appId, tenant, accountOf, clock = Date.now } = options
  const log = options.log.child({ platform: 'teams' })
  const serviceUrls = new ServiceUrls(options.serviceHosts, options.isProduction)
  const token = new AppToken(options)
  const connector = new Connector(token, serviceUrls)
  const places = new PlaceBook(options.places, tenant, clock)
  const members = new Members({ connector, places, tenant, clock })
  const outbox = new Outbox({ connector, places, members, accountOf, appId, tenant })
  const verifier = new TokenVerifier({ appId, metadataUrl: options.metadataUrl, clock })
  const adapter = new SdkAdapter({ appId, tenant, token })
  const receiver = new Receiver({ verifier, adapter, handler: new TurnHandler(), log, appId, tenant, serviceUrls })
  let turns: Turns | undefined
  return {
    id: 'teams',
    plugin: receiver.plugin,
    lookup: members,
    start: async ({ receive, kept }) => {
      const begun = new Turns({ members, places, outbox, receive, kept, accountOf, log })
      turns = begun
      receiver.begin((delivered) => begun.partsFor(delivered))
    },
    post: (to, card, postOptions) => outbox.post(to, card, postOptions),
    replace: (message, card) => outbox.replace(message, card),
    stop: async () => {
      outbox.stop()
      await turns?.stop()
    },
  }
}
