import Fastify, { type FastifyInstance } from 'fastify'
import { createSlackPlatform, type SlackPlatform } from '../../bots/slack/slack-platform.ts'
import type { Card } from '../../src/cards/card.ts'
import { Secret } from '../../src/core/secret.ts'
import type { AccountOf, AccountRef, Answer, Inbound } from '../../src/ports/chat.ts'
import type { LogFields, Logger } from '../../src/ports/log.ts'
import { type SlackClient, slackClient } from '../doubles/slack/client.ts'
import { type SlackWorkspace, type SlackWorkspaceOptions, startSlackWorkspace } from '../doubles/slack/workspace.ts'

export const SECRET = 'the signing secret'
export const OLD_SECRET = 'the signing secret before the rotation'

export interface Stage {
  readonly slack: SlackWorkspace
  readonly client: SlackClient
  readonly platform: SlackPlatform
  readonly server: FastifyInstance
  readonly url: string
  /** What the use case heard, in order. */
  readonly heard: Inbound[]
  /** Accounts that it was told had changed. */
  readonly noticed: AccountRef[]
  readonly logged: { readonly event: string; readonly fields: LogFields }[]
  /** What the use case answers from now on. */
  receive: (inbound: Inbound) => Promise<Answer>
  close(): Promise<void>
}

export interface StageOptions {
  readonly team?: string
  readonly workspace?: Partial<SlackWorkspaceOptions>
  readonly accountOf?: AccountOf
  readonly clock?: () => number
  readonly isSlackDown?: boolean
  /** What people do comes over Socket Mode. */
  readonly isSocket?: boolean
}

const PEOPLE = {
  U0ANN: { name: 'Ann', email: 'Ann@Acme.example' },
  U0SAM: { name: 'Sam', email: 'sam@acme.example' },
}

/** A bare Fastify with the platform, against the Slack double. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const slack = await startSlackWorkspace({ people: PEOPLE, ...options.workspace })
  slack.faults.down = options.isSlackDown ?? false
  const logged: Stage['logged'] = []
  const platform = createSlackPlatform({
    signingSecrets: [new Secret(SECRET), new Secret(OLD_SECRET)],
    appToken: options.isSocket === true ? new Secret(slack.appToken) : undefined,
    botToken: new Secret(slack.botToken),
    apiUrl: slack.apiUrl,
    team: options.team ?? slack.team,
    accountOf: options.accountOf ?? (async () => undefined),
    log: logInto(logged),
    ...(options.clock ? { clock: options.clock } : {}),
  })
  const server = Fastify()
  await server.register(platform.plugin)
  server.post('/api/echo', async (request) => request.body)
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  const isSocket = options.isSocket === true
  const client = slackClient({ target: url, secret: SECRET, workspace: slack, isSocket })
  const stage: Stage = {
    slack,
    client,
    platform,
    server,
    url,
    heard: [],
    noticed: [],
    logged,
    receive: async () => ({ kind: 'nothing' }),
    close: async () => {
      await platform.stop()
      await server.close()
      await slack.close()
    },
  }
  await platform.start({
    receive: (inbound) => {
      stage.heard.push(inbound)
      return stage.receive(inbound)
    },
    noticed: (account) => void stage.noticed.push(account),
    kept: async () => undefined,
  })
  return stage
}

export function cardOf(title: string, more: Partial<Card> = {}): Card {
  return { title: [title], lines: [], buttons: [], ...more }
}

export async function until<Found>(find: () => Found | undefined, forMs = 5000): Promise<Found> {
  for (const started = performance.now(); performance.now() - started < forMs; ) {
    const found = find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it did not happen in time')
}

function logInto(logged: Stage['logged']): Logger {
  const write = (fields: LogFields, event: string) => void logged.push({ event, fields })
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log }
  return log
}
